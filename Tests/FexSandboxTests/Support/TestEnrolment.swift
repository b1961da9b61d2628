import Crypto
import FexSandbox
import FexValues
import Foundation

/// A request to register a device, with the proof of its key, each part of which a test may spoil.
struct TestEnrolment: Sendable {
    let client: SandboxClient
    var token: String
    var name = "Device"
    /// The key that is registered.
    var key: P256.Signing.PrivateKey
    /// The key that signs the proof; `nil` is the one that is registered.
    var signer: P256.Signing.PrivateKey?
    var hasHighS = false
    var header: JSON = ["alg": "ES256", "typ": "fex-device+jwt"]
    var claims: JSONObject

    /// A request as an honest wallet makes it, with a nonce of its session.
    ///
    /// - Parameter moment: When the proof is made; by default when the nonce was given out.
    init(
        of key: P256.Signing.PrivateKey, wallet: String, token: String, client: SandboxClient,
        at moment: Timestamp? = nil
    ) async throws {
        self.client = client
        self.token = token
        self.key = key
        let challenge = try await client.call("POST", "/wallet/api/v1/devices/challenge", token: token)
        let end = challenge["expires_at"]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
        let moment = moment ?? end?.adding(seconds: -300) ?? SandboxClock.virtualEpoch
        claims = JSONObject([
            .init("aud", .string(client.ready.auth + "/realms/payment-platform")), .init("wallet", .string(wallet)),
            .init("nonce", challenge["nonce"] ?? .null), .init("iat", .integer(moment.seconds)),
        ])
    }

    /// The proof.
    func proof() throws -> String {
        try TestSignature.jws(header: header, claims: .object(claims), by: signer ?? key, hasHighS: hasHighS)
    }

    /// The body with the proof in it.
    func body() throws -> JSONObject {
        JSONObject([
            .init("public_key", TestWallet.jwk(of: key.publicKey)), .init("name", .string(name)),
            .init("proof", .string(try proof())),
        ])
    }

    func send() async throws -> SandboxClient.Answer {
        try await client.post("/wallet/api/v1/devices", token: token, .object(body()))
    }
}
