import Crypto
import FexValues
import Foundation
import Synchronization

/// The key of this device that tokens are bound to (DPoP, RFC 9449): whoever has the tokens alone can do nothing with them.
///
/// It is another than the key that signs decisions: to sign a decision may ask the person, and a call may not.
struct DPoPKey: Sendable {
    private let key: Redacted<P256.Signing.PrivateKey>
    /// The first part of each proof, which holds the public half.
    private let header: String
    /// The key's name (RFC 7638).
    let thumbprint: String

    init(_ key: P256.Signing.PrivateKey) {
        self.key = Redacted(key)
        let point = key.publicKey.rawRepresentation
        thumbprint = P256.thumbprint(of: point)
        let document: JSON = [
            "typ": "dpop+jwt", "alg": "ES256",
            "jwk": [
                "kty": "EC", "crv": "P-256", "x": .string(point.prefix(32).base64URL),
                "y": .string(point.suffix(32).base64URL),
            ],
        ]
        header = document.data.base64URL
    }

    /// A proof: a compact JSON Web Signature (RFC 7515) with ES256 over claims.
    func sign(_ claims: JSON) throws -> String {
        let input = header + "." + claims.data.base64URL
        return input + "." + (try key.value.signature(for: Data(input.utf8))).rawRepresentation.base64URL
    }
}

extension DPoPKey: Hashable {
    static func == (left: DPoPKey, right: DPoPKey) -> Bool { left.thumbprint == right.thumbprint }
    func hash(into hasher: inout Hasher) { hasher.combine(thumbprint) }
}

/// The key that tokens are bound to, among the secrets.
///
/// It is made where somebody logs in and nowhere else: with another key the tokens there are would be good for nothing. The
/// secrets are asked each time, since another process may have changed them; the key is parsed when it has changed.
final class DPoPKeys: Sendable {
    private struct Read {
        var secret: Redacted<Data>
        var key: DPoPKey
    }

    private let secrets: any SecretStore
    private let last = Mutex<Read?>(nil)

    init(_ secrets: any SecretStore) { self.secrets = secrets }

    /// The key for a login: the one there is, or else a new one, which is durable when this returns.
    ///
    /// - Throws: ``SecretStoreError``.
    func loadOrMake() async throws(SecretStoreError) -> DPoPKey {
        while true {
            let found = try await secrets.load(.dpopKey)
            if let found, let key = parse(found) { return key }
            let made = P256.Signing.PrivateKey().rawRepresentation
            // Of two processes that log in at once both use the key of the first.
            if try await secrets.replace(.dpopKey, expected: found, with: made), let key = parse(made) { return key }
        }
    }

    /// The key that tokens were asked for with; `nil` if there was none, or it is not there any more.
    ///
    /// - Throws: ``SecretStoreError``.
    func load(for tokens: Tokens) async throws(SecretStoreError) -> DPoPKey? {
        guard let thumbprint = tokens.thumbprint, let found = try await secrets.load(.dpopKey),
            let key = parse(found), key.thumbprint == thumbprint
        else { return nil }
        return key
    }

    /// The key that a call with an access token has to prove; `nil` for a bearer's token.
    ///
    /// - Throws: ``SessionError/tokenKeyLost`` where it is not there any more; ``SecretStoreError``.
    func require(for tokens: Tokens) async throws -> DPoPKey? {
        guard tokens.scheme == .dpop else { return nil }
        guard let key = try await load(for: tokens) else { throw SessionError.tokenKeyLost }
        return key
    }

    /// The key that bytes are; `nil` if they are none.
    private func parse(_ secret: Data) -> DPoPKey? {
        if let last = last.withLock({ $0 }), last.secret.value == secret { return last.key }
        guard let key = (try? P256.Signing.PrivateKey(rawRepresentation: secret)).map({ DPoPKey($0) }) else {
            return nil
        }
        last.withLock { $0 = Read(secret: Redacted(secret), key: key) }
        return key
    }
}
