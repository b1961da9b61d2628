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
            "kty": "EC", "crv": "P-256", "x": .string(Data(raw.prefix(32)).base64URL),
            "y": .string(Data(raw.suffix(32)).base64URL),
        ]
    }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> SandboxClient.Answer {
        try await client.get("/wallet/api/v1" + path, token: token, headers: headers)
    }

    /// The wallet's balance as the platform tells it.
    func balance() async throws -> String? { try await get("/wallet")["wallet"]?["balance"]?.stringValue }
}
