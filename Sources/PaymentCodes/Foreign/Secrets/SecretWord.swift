import Crypto
import FexValues

extension Secret {
    /// The secret that one word is: a private key in Bech32 or in base 58.
    ///
    /// A word with the form of one and a checksum that doesn't fit is one too, if its beginning or its length tells: whoever
    /// gave it misread it.
    init?(word: String) {
        let bytes = Array(word.utf8)
        guard (22...330).contains(bytes.count) else { return nil }
        if let secret = Secret(bech32: word) ?? Secret(share: word) ?? Secret(eosKey: word) {
            self = secret
            return
        }
        // Base 32 has an I and an O, which base 58 lacks.
        if bytes.count == 56, let secret = Secret(stellarSeed: bytes) {
            self = secret
            return
        }
        guard bytes.count <= 116, Base58.isDigits(bytes) else { return nil }
        let secret: Secret? =
            switch bytes.count {
            case 22, 30: Secret(miniKey: bytes)
            case 51, 52: Secret(walletImportFormat: bytes)
            case 54, 98: Secret(tezosKey: bytes)
            case 58: Secret(encryptedKey: bytes)
            case 86...88: Secret(ed25519KeyPair: bytes)
            case 106...116: Secret(extendedKey: bytes)
            default: nil
            }
        guard let secret else { return nil }
        self = secret
    }

    private static let bech32Sorts = [
        ("nsec1", "a private key of Nostr's (nsec)"), ("ncryptsec1", "an encrypted private key of Nostr's (ncryptsec)"),
        ("age-secret-key-1", "a private key of age's"), ("age-plugin-", "a private key of age's"),
        ("suiprivkey1", "a private key of Sui's"), ("secret-extended-key-", "an extended private key of Zcash's"),
        ("ed25519_sk1", "a private key of Cardano's"), ("ed25519e_sk1", "a private key of Cardano's"),
    ]

    private init?(bech32 word: String) {
        guard let first = word.utf8.first.map(ASCII.lowercased), "naes".utf8.contains(first) else { return nil }
        let lower = ASCII.lowercased(word.prefix(20))
        guard word.utf8.count >= 48, let (_, sort) = Secret.bech32Sorts.first(where: { lower.hasPrefix($0.0) }),
            word.utf8.allSatisfy(SecretText.isPartOfKey)
        else { return nil }
        self.init(sort: sort, isChecksumValid: Bech32(word)?.checksum == .bech32)
    }

    /// A wallet's seed, or a share of it, in codex32 (BIP-93): `ms1`, how many shares it takes, and data in Bech32's alphabet.
    /// The checksum is of a kind of its own, and is not looked at.
    private init?(share word: String) {
        guard word.utf8.count >= 48, let rest = ASCII.rest(of: word, after: "ms1"), let threshold = rest.utf8.first,
            ASCII.isDigit(threshold), threshold != UInt8(ascii: "1"), Bech32.values(of: rest.utf8) != nil
        else { return nil }
        self.init(sort: "what a wallet is restored from (codex32)", isChecksumValid: nil)
    }

    /// Its checksum takes RIPEMD-160, and is not looked at.
    private init?(eosKey word: String) {
        guard word.utf8.count >= 40, word.hasPrefix("PVT_K1_") || word.hasPrefix("PVT_R1_"),
            Base58.isDigits(word.utf8.dropFirst(7))
        else { return nil }
        self.init(sort: "a private key of EOS's", isChecksumValid: nil)
    }

    private init?(tezosKey text: [UInt8]) {
        guard text.starts(with: "edsk".utf8), let bytes = Base58.decoded(text) else { return nil }
        self.init(sort: "a private key of Tezos's", isChecksumValid: Base58.isChecksumValid(bytes))
    }

    /// A private key in the format that wallets of Bitcoin's kind take: a version, 32 bytes, and a 1 where the public key is
    /// compressed.
    private init?(walletImportFormat text: [UInt8]) {
        guard let bytes = Base58.decoded(text), bytes.count == 37 || bytes.count == 38 && bytes[33] == 1,
            bytes[0] & 0x80 != 0
        else { return nil }
        let isValid = Base58.isChecksumValid(bytes)
        let owners: [UInt8: String] = [
            0x80: "Bitcoin's", 0xEF: "a test chain of Bitcoin's", 0xB0: "Litecoin's", 0x9E: "Dogecoin's",
        ]
        // Without its checksum only the versions that people have count.
        guard isValid || owners[bytes[0]] != nil else { return nil }
        self.init(sort: "a private key of \(owners[bytes[0]] ?? "a coin's") (WIF)", isChecksumValid: isValid)
    }

    /// The key on a coin that one can hold: the hash of it and a question mark begins with a zero.
    private init?(miniKey text: [UInt8]) {
        guard text.first == UInt8(ascii: "S"),
            SHA256.hash(data: text + [UInt8(ascii: "?")]).first(where: { _ in true }) == 0
        else { return nil }
        self.init(sort: "a private key of Bitcoin's (mini key)", isChecksumValid: true)
    }

    /// BIP-38: begins with `6P`.
    private init?(encryptedKey text: [UInt8]) {
        guard text.starts(with: "6P".utf8), let bytes = Base58.decoded(text), bytes.count == 43, bytes[0] == 0x01 else {
            return nil
        }
        self.init(
            sort: "an encrypted private key of Bitcoin's (BIP-38)", isChecksumValid: Base58.isChecksumValid(bytes))
    }

    /// BIP-32 and SLIP-132: whatever the first bytes, which tell the coin, a private key follows a zero.
    private init?(extendedKey text: [UInt8]) {
        let isNamed = Secret.extendedKeyBeginnings.contains { text.starts(with: $0.utf8) }
        let bytes = Base58.decoded(text) ?? []
        let isValid = bytes.count == 82 && bytes[45] == 0 && Base58.isChecksumValid(bytes)
        guard isNamed || isValid else { return nil }
        self.init(sort: "an extended private key of a wallet's (BIP-32)", isChecksumValid: isValid)
    }

    private static let extendedKeyBeginnings = [
        "xprv", "yprv", "zprv", "Yprv", "Zprv", "tprv", "uprv", "vprv", "Uprv", "Vprv", "Ltpv", "Mtpv", "ttpv", "dgpv",
    ]

    /// Solana's wallets export seed and public key together; that the one gives the other tells them from a signature.
    private init?(ed25519KeyPair text: [UInt8]) {
        guard let bytes = Base58.decoded(text), bytes.count == 64,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes.prefix(32)),
            key.publicKey.rawRepresentation.elementsEqual(bytes.suffix(32))
        else { return nil }
        self.init(sort: "a private key of Solana's", isChecksumValid: true)
    }

    /// `S`, and base 32 whose last two bytes are a checksum (SEP-23).
    private init?(stellarSeed text: [UInt8]) {
        guard text.first == UInt8(ascii: "S"), let bytes = Secret.base32Decoded(text), bytes.count == 35,
            bytes[0] == 18 << 3
        else { return nil }
        var remainder: UInt16 = 0
        for byte in bytes.dropLast(2) {
            remainder ^= UInt16(byte) << 8
            for _ in 0..<8 { remainder = remainder & 0x8000 == 0 ? remainder << 1 : remainder << 1 ^ 0x1021 }
        }
        self.init(
            sort: "a private key of Stellar's",
            isChecksumValid: bytes[33] == UInt8(remainder & 0xFF) && bytes[34] == UInt8(remainder >> 8))
    }

    private static func base32Decoded(_ text: [UInt8]) -> [UInt8]? {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        let values = text.compactMap { alphabet.firstIndex(of: $0).map { UInt8($0) } }
        return values.count == text.count ? Bech32.bytes(of: values) : nil
    }
}

// MARK: - Misread

extension Secret {
    /// What may be a private key that was misread, cut off, or has something attached to it: it begins as one does, or it is one
    /// of bitcoin's or Stellar's with a character too few, too many or wrong. Ids of platforms are of other lengths.
    init?(misread word: String) {
        if let secret = Secret(word: word) {
            self = secret
            return
        }
        guard Secret.isBegun(by: word) || Secret.isNearly(Array(word.utf8)) else { return nil }
        self.init(sort: "what may be a private key", isChecksumValid: nil)
    }

    private static func isNearly(_ word: [UInt8]) -> Bool {
        guard let first = word.first, word.contains(where: ASCII.isDigit) else { return false }
        switch word.count {
        case 49...53 where "5KL".utf8.contains(first):
            return word.allSatisfy { ASCII.isLetter($0) || ASCII.isDigit($0) }
                && word.contains { (0x61...0x7A).contains($0) }
                && word.contains { (0x41...0x5A).contains($0) }
        case 54...57 where first == UInt8(ascii: "S"):
            return word.allSatisfy { (0x41...0x5A).contains($0) || ASCII.isDigit($0) }
        default: return false
        }
    }

    /// Whether a word begins as private keys do that have a name, and nothing else has.
    static func isBegun(by word: String) -> Bool {
        let lower = ASCII.lowercased(word.prefix(24))
        return bech32Sorts.contains { lower.hasPrefix($0.0) } || extendedKeyBeginnings.contains(where: word.hasPrefix)
            || ["cashuA", "cashuB", "PVT_K1_", "PVT_R1_"].contains(where: word.hasPrefix)
    }
}
