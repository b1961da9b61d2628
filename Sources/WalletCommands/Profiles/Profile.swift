import FexHTTP
import FexValues
import Foundation
import PaymentCodes
import WalletCore
import WalletPassphrase

/// A deployment and a customer: addresses, and a directory with their own database and secrets.
struct Profile: Hashable, Sendable {
    var name: String
    var directory: URL
    var api: URL
    var auth: URL
    /// The event server, without user and password.
    var nats: URL?

    var database: URL { directory.appending(path: "wallet.sqlite") }
    private var secretsDirectory: URL { directory.appending(path: "secrets") }
    /// The secrets as they lie on the disk.
    var secrets: FileSecretStore { FileSecretStore(directory: secretsDirectory) }
    /// The secrets with the passphrase over them, where there is one.
    var vault: SecretVault { SecretVault(directory: secretsDirectory) }
    var listeningFile: URL { directory.appending(path: "listening") }

    var document: JSON {
        [
            "name": .string(name), "api": .string(api.absoluteString), "auth": .string(auth.absoluteString),
            "nats": .optional(nats?.absoluteString),
        ]
    }
}

extension Profile {
    /// Whether a text can name a profile, and so a directory.
    static func isName(_ text: String) -> Bool {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
        return (1...64).contains(text.count) && text.allSatisfy(allowed.contains) && text.first != "."
    }

    /// An address as it was typed.
    static func address(_ text: String, option: String, schemes: [String]) throws(ConfigurationError) -> URL {
        let text = InvisibleCharacters.trimmed(text)
        guard !text.unicodeScalars.contains(where: InvisibleCharacters.contains), let url = URL(string: text),
            let scheme = url.scheme?.lowercased(), schemes.contains(scheme),
            let host = url.host(), !host.isEmpty,
            !["http", "https"].contains(scheme) || HTTPAddress(url.absoluteString) != nil
        else { throw .badAddress(option: option, text) }
        return url
    }
}

extension URL {
    /// The address without user and password, and those two apart: they are a secret.
    var splitCredentials: (address: URL, credentials: EventCredentials?) {
        guard var parts = URLComponents(url: self, resolvingAgainstBaseURL: false), let user = parts.user else {
            return (self, nil)
        }
        let credentials = EventCredentials(user: user, password: parts.password ?? "")
        parts.user = nil
        parts.password = nil
        return (parts.url ?? self, credentials)
    }
}
