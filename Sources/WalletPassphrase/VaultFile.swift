import Crypto
import CryptoExtras
import FexValues
import Foundation

/// What stands on disk of a vault: its key, sealed under one that is derived from the passphrase by scrypt (RFC 7914).
struct VaultFile: Hashable, Sendable {
    /// What it costs to try a passphrase.
    struct Cost: Hashable, Sendable {
        /// The CPU and memory cost (N), a power of two.
        var rounds: Int
        /// The block size (r).
        var blockSize: Int
        /// The parallelization (p).
        var parallelism: Int

        /// 128 MiB and some tenths of a second on a phone of today (OWASP's first choice for scrypt).
        static let usual = Cost(rounds: 1 << 17, blockSize: 8, parallelism: 1)

        /// Whether this process can afford it: a file that was changed must not take all memory.
        var isAffordable: Bool {
            rounds.nonzeroBitCount == 1 && (1 << 10...1 << 20).contains(rounds) && (1...16).contains(blockSize)
                && (1...4).contains(parallelism) && rounds * blockSize <= 1 << 21
        }
    }

    var cost: Cost
    var salt: Data
    var sealedKey: Data

    /// Seals a vault's key under a passphrase.
    init(sealing key: SymmetricKey, under passphrase: String, cost: Cost) throws {
        self.cost = cost
        salt = unsafe SymmetricKey(size: .bits256).withUnsafeBytes { unsafe Data($0) }
        sealedKey = Data()
        let box = try AES.GCM.seal(
            unsafe key.withUnsafeBytes { unsafe Data($0) }, using: try derive(from: passphrase), authenticating: header)
        sealedKey = box.combined ?? Data()
    }

    /// The vault's key; `nil` if the passphrase is another, or the file was changed.
    func key(_ passphrase: String) throws -> SymmetricKey? {
        let derived = try derive(from: passphrase)
        guard let box = try? AES.GCM.SealedBox(combined: sealedKey),
            let key = try? AES.GCM.open(box, using: derived, authenticating: header), key.count == 32
        else { return nil }
        return SymmetricKey(data: key)
    }

    private func derive(from passphrase: String) throws -> SymmetricKey {
        // Two ways to type one letter are one passphrase (RFC 8265, section 4.2.1).
        let text = passphrase.precomposedStringWithCanonicalMapping
        return try KDF.Scrypt.deriveKey(
            from: Data(text.utf8), salt: salt, outputByteCount: 32, rounds: cost.rounds, blockSize: cost.blockSize,
            parallelism: cost.parallelism)
    }

    /// What is bound to the sealed key: none of it can be changed without its being noticed.
    private var header: Data {
        Data("fex-vault 1 scrypt \(cost.rounds) \(cost.blockSize) \(cost.parallelism) \(salt.base64URL)".utf8)
    }
}

extension VaultFile {
    /// A vault's file as it was read; `nil` if it is none, or none that can be afforded.
    init?(_ data: Data) {
        guard let document = try? JSON(parsing: data), document["version"] == 1, document["kdf"] == "scrypt",
            let rounds = document["n"]?.integerValue, let blockSize = document["r"]?.integerValue,
            let parallelism = document["p"]?.integerValue,
            let salt = document["salt"]?.stringValue.flatMap({ Data(base64URL: $0) }), (16...64).contains(salt.count),
            let sealedKey = document["key"]?.stringValue.flatMap({ Data(base64URL: $0) })
        else { return nil }
        cost = Cost(rounds: rounds, blockSize: blockSize, parallelism: parallelism)
        self.salt = salt
        self.sealedKey = sealedKey
        guard cost.isAffordable else { return nil }
    }

    var data: Data {
        let document: JSON = [
            "version": 1, "kdf": "scrypt", "n": .integer(cost.rounds), "r": .integer(cost.blockSize),
            "p": .integer(cost.parallelism), "salt": .string(salt.base64URL), "key": .string(sealedKey.base64URL),
        ]
        return document.data
    }
}
