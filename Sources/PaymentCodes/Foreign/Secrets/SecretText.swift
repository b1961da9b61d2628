import FexValues

/// What nobody else may see: a private key, the words that a wallet is restored from, a token that lets its bearer in.
///
/// It is named by its sort, and nothing of it is told.
struct SecretText: ForeignFormat {
    private let secret: Secret

    /// A text that is a secret as a whole, white space within aside: long keys are broken when they are copied.
    init?(_ text: String) {
        let word = InvisibleCharacters.removed(from: text)
        let isUnbroken = word.utf8.count == text.utf8.count
        if let secret = Secret(word: word), isUnbroken || secret.isChecksumValid != false {
            self.secret = secret
        } else if let secret = Secret(behindSchemeOf: text) ?? Secret(link: text) ?? Secret(armoured: text)
            ?? Secret(token: word) ?? Secret(accessKey: word) ?? Secret(hexadecimal: word)
        {
            self.secret = secret
        } else {
            return nil
        }
    }

    /// A text that holds a secret among other things, such as a note beside it.
    ///
    /// Only what its checksum proves counts here, since the text could as well be any other.
    init?(heldBy text: String) {
        let phrase = RecoveryPhrase(in: text)
        if phrase.isChecksumValid {
            secret = Secret(sort: "\(phrase.wordCount) words that a wallet is restored from", isChecksumValid: true)
            return
        }
        for word in SecretText.wordsAndParts(of: InvisibleCharacters.unbroken(text)) {
            if let secret = Secret(word: word), secret.isChecksumValid != false {
                self.secret = secret
                return
            }
            if CashuToken(word) != nil {
                secret = Secret(sort: "a Cashu token", isChecksumValid: nil)
                return
            }
        }
        return nil
    }

    /// A text in the place of an id, or of an argument, in which something may be a key though no checksum proves it.
    init?(misreadIn text: String) {
        let unbroken = InvisibleCharacters.unbroken(text)
        let words = [unbroken.drop { $0 == "-" || $0 == "_" }.description] + SecretText.wordsAndParts(of: unbroken)
        guard let secret = words.lazy.compactMap(Secret.init(misread:)).first else { return nil }
        self.secret = secret
    }

    /// Whether nothing of a text is to be quoted: it holds a secret, or one that was misread or cut off.
    ///
    /// Addresses and references of all sorts are quoted, so a word counts only where no other has its form.
    static func isToBeWithheld(_ text: String) -> Bool {
        SecretText(heldBy: text) != nil || RecoveryPhrase(in: text).isNearlyOne
            || wordsAndParts(of: InvisibleCharacters.unbroken(text)).contains {
                Secret(word: $0) != nil || Secret.isBegun(by: $0)
            }
    }

    /// Runs of what keys are made of.
    static func words(of text: String) -> [Substring.UTF8View] {
        text.utf8[...].split { !isPartOfKey($0) }
    }

    /// Those that are long enough for a key, and the parts of those that `-` and `_` join: a key that is given as an option, or
    /// that has a name before it.
    static func wordsAndParts(of text: String) -> [String] {
        func isLong(_ word: Substring.UTF8View) -> Bool { word.count >= ForeignCode.shortestBareCode }
        func isJoint(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") }
        return words(of: text).filter(isLong).flatMap { word in
            guard word.contains(where: isJoint) else { return [word] }
            return [word, word.drop(while: isJoint)] + word.split(whereSeparator: isJoint).filter(isLong)
        }.map { String(Substring($0)) }
    }

    static func isPartOfKey(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    var foreignCode: ForeignCode {
        ForeignCode(
            .secret, told: [secret.sort, "which nobody else may see, so it is not shown here"],
            checksumValid: secret.isChecksumValid)
    }
}

/// One secret, by its sort alone: its content is not kept.
struct Secret {
    /// What sort of secret it is, for people.
    let sort: String
    /// Whether its checksum fits; `nil` where it has none.
    let isChecksumValid: Bool?
}

extension Secret {
    /// A link that lets whoever has it use somebody's wallet.
    private static let linkSorts = [
        "nostr+walletconnect": "a connection to somebody's wallet (Nostr Wallet Connect)",
        "nostrwalletconnect": "a connection to somebody's wallet (Nostr Wallet Connect)",
        "lndconnect": "a connection to somebody's Lightning node",
        "clnrest": "a connection to somebody's Lightning node",
        "lndhub": "a connection to somebody's Lightning account",
        "bunker": "a connection to somebody's Nostr key",
        "wc": "a connection between a wallet and a page (WalletConnect)",
    ]

    private static let linkInitials = Set(linkSorts.keys.compactMap(\.utf8.first))

    /// The secret that a link of some schemes is.
    init?(link text: String) {
        guard let first = text.utf8.first, Secret.linkInitials.contains(ASCII.lowercased(first)),
            let uri = URIParts(text), let sort = Secret.linkSorts[uri.scheme]
        else { return nil }
        // A word and a colon begin notes too.
        guard text.utf8.allSatisfy(InvisibleCharacters.isVisibleASCII) else { return nil }
        self.init(sort: sort, isChecksumValid: nil)
    }

    /// A private key in the place of an address: `bitcoin:5K…`, as some paper wallets have it.
    init?(behindSchemeOf text: String) {
        guard let colon = text.utf8.prefix(20).firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let rest = text.utf8[text.utf8.index(after: colon)...].drop { $0 == UInt8(ascii: "/") }
        let word = rest.prefix { ASCII.isLetter($0) || ASCII.isDigit($0) }
        guard word.count >= 22, let secret = Secret(word: String(Substring(word))) else { return nil }
        self = secret
    }

    /// A private key in the armour of PEM, OpenSSH, PGP or PuTTY (RFC 7468).
    init?(armoured text: String) {
        guard text.utf8.count >= 27, text.utf8.contains(where: { $0 == UInt8(ascii: "-") }) else { return nil }
        let isArmoured =
            ASCII.end(ofFirst: "-----BEGIN ", in: text) != nil && ASCII.end(ofFirst: "PRIVATE KEY", in: text) != nil
        guard isArmoured || text.hasPrefix("PuTTY-User-Key-File-") else { return nil }
        self.init(sort: "a private key in armour (PEM)", isChecksumValid: nil)
    }

    /// A signed token that lets its bearer in: three parts in base 64, the first of which is an object with `alg` (RFC 7519).
    init?(token word: String) {
        guard word.hasPrefix("eyJ"), word.utf8.count >= 40 else { return nil }
        let parts = word.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 || parts.count == 5, let header = Secret.base64URLDecoded(parts[0]),
            let object = try? JSON(parsing: header), object["alg"] != nil
        else { return nil }
        self.init(sort: "a token that lets its bearer in (JWT)", isChecksumValid: nil)
    }

    /// The prefixes of services' access keys, which the services publish so that scanners find leaked ones.
    private static let accessKeyBeginnings = [
        "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "sk_live_", "sk_test_", "rk_live_", "rk_test_",
        "whsec_", "xoxb-", "xoxp-", "xapp-", "npm_", "pypi-", "hf_", "sk-ant-", "sk-proj-", "AKIA", "ASIA", "AIza",
    ]

    private static let accessKeyInitials = Set(accessKeyBeginnings.compactMap(\.utf8.first))

    /// A key to somebody's account at a service.
    init?(accessKey word: String) {
        guard word.utf8.count >= 20, let first = word.utf8.first, Secret.accessKeyInitials.contains(first),
            Secret.accessKeyBeginnings.contains(where: word.hasPrefix), word.utf8.allSatisfy(SecretText.isPartOfKey)
        else { return nil }
        self.init(sort: "a key to an account at a service", isChecksumValid: nil)
    }

    /// 32 bytes as Ethereum writes them: a private key can't be told from anything else of that size.
    init?(hexadecimal word: String) {
        guard word.utf8.count == 66, word.hasPrefix("0x") || word.hasPrefix("0X"),
            word.utf8.dropFirst(2).allSatisfy(ASCII.isHexDigit)
        else { return nil }
        self.init(sort: "32 bytes that may be a private key", isChecksumValid: nil)
    }

    /// Whole bytes in base 64 with the alphabet for addresses, without padding (RFC 4648, section 5).
    private static func base64URLDecoded(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var pending: UInt32 = 0
        var bitCount: UInt32 = 0
        for byte in text {
            let value: UInt8
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte - UInt8(ascii: "A")
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = byte - UInt8(ascii: "a") + 26
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0") + 52
            case UInt8(ascii: "-"): value = 62
            case UInt8(ascii: "_"): value = 63
            default: return nil
            }
            pending = pending << 6 | UInt32(value)
            bitCount += 6
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            bytes.append(UInt8(truncatingIfNeeded: pending >> bitCount))
            pending &= 1 << bitCount - 1
        }
        return bytes
    }
}
