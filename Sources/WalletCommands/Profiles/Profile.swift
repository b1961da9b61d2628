import FexHTTP
import FexValues
import Foundation
import PaymentCodes
import WalletCore
import WalletCurl
import WalletPassphrase

/// A deployment and a customer: addresses, and a directory with their own database and secrets.
struct Profile: Hashable, Sendable {
    var name: String
    var directory: URL
    var api: URL
    var auth: URL
    /// The event server, without user and password.
    var nats: URL?
    /// What the event server's address brought along, where a variable gave it; else they are among the secrets.
    var eventCredentials: EventCredentials?
    /// How these may be reached, and whom is trusted there.
    var trust = ProfileTrust()

    /// The name of the file, beside the database, with the certificates of authorities that the profile trusts.
    static let authoritiesName = "authorities.pem"

    var authoritiesFile: URL { directory.appending(path: Profile.authoritiesName) }
    var database: URL { directory.appending(path: "wallet.sqlite") }
    private var secretsDirectory: URL { directory.appending(path: "secrets") }
    /// The secrets, wherever they are kept, with the passphrase over them where there is one.
    var secrets: ProfileSecrets { ProfileSecrets(directory: directory, name: name) }
    /// The passphrase over the secrets' files, where there is one.
    var vault: SecretVault { SecretVault(directory: secretsDirectory) }
    var listeningFile: URL { directory.appending(path: "listening") }

    var document: JSON {
        let addresses: [JSONObject.Member] = [
            JSONObject.Member("name", .string(name)), JSONObject.Member("api", .string(api.absoluteString)),
            JSONObject.Member("auth", .string(auth.absoluteString)),
            JSONObject.Member("nats", .optional(nats?.absoluteString)),
        ]
        return .object(JSONObject(addresses + trust.members))
    }
}

extension Profile {
    /// Where its servers are, apart from everything else.
    var addresses: [URL?] { [api, auth, nats] }

    /// What the transport of calls is told: pins hold for the origin that each server has.
    func tlsTrust() throws(HTTPAddressError) -> TLSTrust {
        var pins: [HTTPOrigin: [PublicKeyPin]] = [:]
        for (server, address) in [(ProfileTrust.Server.api, api), (.auth, auth)] {
            let origin = try HTTPAddress(address).origin
            if let known = trust.pins[server] { pins[origin, default: []] += known }
        }
        return TLSTrust(authorities: trust.authorities == nil ? nil : authoritiesFile.path, pins: pins)
    }

    /// What is said at each use of a profile that is named insecure; `nil` of any other.
    var warning: String? {
        guard trust.isInsecure else { return nil }
        let open = addresses.compactMap(\.self).filter { !$0.isSafeWay }.map { $0.host() ?? "" }
        let consequence =
            open.isEmpty
            ? "addresses without encryption would be taken"
            : "what is said to \(Set(open).sorted().joined(separator: " and ")) can be read and changed on the way"
        return PlainText.clean("the profile \"\(name)\" is insecure: \(consequence)", limit: 600)
    }

    /// Holds addresses to be encrypted, or this machine's, unless the profile is named insecure.
    ///
    /// - Parameter sources: What each address was given by, for the sentence.
    func checkWays(_ sources: [String: String] = [:]) throws(ConfigurationError) {
        guard !trust.isInsecure else { return }
        for (name, address) in [("api", api), ("auth", auth), ("nats", nats)] {
            guard let address, !address.isSafeWay else { continue }
            throw .insecureAddress(option: sources[name] ?? "the profile's \(name) address", address.absoluteString)
        }
    }
}

extension URL {
    /// Whether what is sent there is encrypted, or stays on this machine.
    var isSafeWay: Bool {
        switch scheme?.lowercased() {
        case "https", "tls": true
        default: host().map { LoopbackAddress.isOne($0) } ?? false
        }
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
