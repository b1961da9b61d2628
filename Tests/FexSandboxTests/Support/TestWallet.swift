import Crypto
import FexSandbox
import FexValues
import Foundation

/// A customer in a test: logged in, with a registered device.
struct TestWallet: Sendable {
    private(set) var client: SandboxClient
    let id: String
    private(set) var token: String
    let deviceID: String
    let key: P256.Signing.PrivateKey

    /// Logs in one of the ready document's people and registers a device.
    init(_ client: SandboxClient, index: Int = 0) async throws {
        self.client = client
        id = client.ready.wallets[index]["wallet_id"]?.stringValue ?? ""
        token = try await TestWallet.logIn(client, index: index)["access_token"]?.stringValue ?? ""
        key = P256.Signing.PrivateKey()
        var enrolment = try await TestEnrolment(of: key, wallet: id, token: token, client: client)
        enrolment.name = "Test device"
        deviceID = try await enrolment.send()["device_id"]?.stringValue ?? ""
    }

    /// The tokens of another session of one of the ready document's people.
    static func logIn(_ client: SandboxClient, index: Int = 0) async throws -> SandboxClient.Answer {
        let person = client.ready.wallets[index]
        return try await client.token([
            "grant_type": "password", "client_id": "wallet", "username": person["username"]?.stringValue ?? "",
            "password": person["password"]?.stringValue ?? "",
        ])
    }

    /// The same device in a session that it has not been used from yet.
    func inAnotherSession() async throws -> TestWallet {
        let index = client.ready.wallets.firstIndex { $0["wallet_id"] == .string(id) } ?? 0
        return with(token: try await TestWallet.logIn(client, index: index)["access_token"]?.stringValue ?? "")
    }

    /// The same device with another access token.
    func with(token: String) -> TestWallet {
        var copy = self
        copy.token = token
        return copy
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

    /// Removes one of the wallet's devices.
    ///
    /// - Parameter token: Of which session; one that the device was used from ends with it.
    func remove(_ deviceID: String, token: String) async throws -> SandboxClient.Answer {
        try await client.call("DELETE", "/wallet/api/v1/devices/\(deviceID)", token: token)
    }

    /// The wallet's balance as the platform tells it.
    func balance() async throws -> String? { try await get("/wallet")["wallet"]?["balance"]?.stringValue }
}
