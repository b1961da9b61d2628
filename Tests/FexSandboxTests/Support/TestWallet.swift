import Crypto
import FexSandbox
import FexValues
import Foundation

/// A customer in a test: logged in, with a registered device.
struct TestWallet: Sendable {
    private(set) var client: SandboxClient
    let id: String
    let token: String
    let deviceID: String
    let key: P256.Signing.PrivateKey

    /// Logs in one of the ready document's people and registers a device.
    init(_ client: SandboxClient, index: Int = 0) async throws {
        self.client = client
        let person = client.ready.wallets[index]
        id = person["wallet_id"]?.stringValue ?? ""
        let answer = try await client.token([
            "grant_type": "password", "client_id": "wallet", "username": person["username"]?.stringValue ?? "",
            "password": person["password"]?.stringValue ?? "",
        ])
        token = answer["access_token"]?.stringValue ?? ""
        key = P256.Signing.PrivateKey()
        let registered = try await client.post(
            "/wallet/api/v1/devices", token: token,
            ["public_key": TestWallet.jwk(of: key.publicKey), "name": "Test device"])
        deviceID = registered["device_id"]?.stringValue ?? ""
    }

    /// The same wallet over other connections.
    func with(_ client: SandboxClient) -> TestWallet {
        var copy = self
        copy.client = client
        return copy
    }

    static func jwk(of key: P256.Signing.PublicKey) -> JSON {
        let raw = key.rawRepresentation
        return [
            "kty": "EC", "crv": "P-256", "x": .string(base64URL(raw.prefix(32))),
            "y": .string(base64URL(raw.suffix(32))),
        ]
    }

    static func base64URL(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> SandboxClient.Answer {
        try await client.get("/wallet/api/v1" + path, token: token, headers: headers)
    }

    /// The wallet's balance as the platform tells it.
    func balance() async throws -> String? { try await get("/wallet")["wallet"]?["balance"]?.stringValue }
}

/// A decision with its proof, each part of which a test may spoil.
struct TestDecision: Sendable {
    var kind: String
    var intentID: String
    var key = UUID().uuidString.lowercased()
    var body: JSONObject
    var claims: JSONObject
    var header: JSON = ["alg": "ES256"]

    /// A decision on an intent, as an honest wallet makes it.
    init(_ kind: String, on intent: JSON, by wallet: TestWallet, at time: String = "2026-01-01T00:00:01.500Z") {
        self.kind = kind
        intentID = intent["id"]?.stringValue ?? ""
        var amount = ""
        if case .number(let literal)? = intent["amount"] { amount = literal }
        let (currency, merchant) = (intent["currency"] ?? .null, intent["merchant_id"] ?? .null)
        body = JSONObject([
            .init("amount", .string(amount)), .init("currency", currency), .init("merchant_id", merchant),
            .init("decided_at", .string(time)), .init("device_id", .string(wallet.deviceID)),
        ])
        claims = JSONObject([
            .init("intent", .string(intentID)), .init("wallet", .string(wallet.id)), .init("decision", .string(kind)),
            .init("amount", .string(amount)), .init("currency", currency), .init("merchant", merchant),
            .init("iat", 1_767_225_601), .init("jti", .string(key)),
        ])
    }

    /// The body with the proof in it.
    func signedBody(by key: P256.Signing.PrivateKey) throws -> Data {
        let input = TestWallet.base64URL(header.data) + "." + TestWallet.base64URL(JSON.object(claims).data)
        let signature = try key.signature(for: Data(input.utf8)).rawRepresentation
        var signed = body
        signed["proof"] = .string(input + "." + TestWallet.base64URL(signature))
        return JSON.object(signed).data
    }

    func send(by wallet: TestWallet, body: Data? = nil) async throws -> SandboxClient.Answer {
        try await wallet.client.call(
            "POST", "/wallet/api/v1/payment-intents/\(intentID)/\(kind)", token: wallet.token,
            body: body ?? signedBody(by: wallet.key), headers: ["Idempotency-Key": key])
    }
}
