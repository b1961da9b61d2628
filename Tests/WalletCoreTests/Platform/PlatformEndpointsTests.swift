import FexHTTP
import FexValues
import Foundation
import Testing

@testable import WalletCore

/// Where a deployment is, as its calls show it.
@Suite struct PlatformEndpointsTests {
    private func endpoints(_ api: String, _ auth: String) throws -> PlatformEndpoints {
        try PlatformEndpoints(api: #require(URL(string: api)), auth: #require(URL(string: auth)))
    }

    /// Where the calls of a client go that has these endpoints.
    private func addresses(of change: (inout PlatformEndpoints) -> Void) async throws -> [String] {
        let test = try TestClient(change)
        test.plan(.json([:], status: 404), .json([:], status: 404), .json([:], status: 404))
        _ = try? await test.client.fetchIntent(IntentID("pi_1")!)
        _ = try? await test.client.fetchAccount()
        _ = try? await test.client.renewTokens(refresh: "r", by: nil)
        return test.sent.map(\.address)
    }

    @Test(
        arguments: [
            ("http://api.test", "https://auth.test", nil), ("https://api.test", "http://auth.test", nil),
            ("http://localhost:8080", "https://auth.test", nil), ("http://127.0.0.1.test", "https://auth.test", nil),
            ("https://api.test", "https://auth.test", "nats://me:s3cret@events.test:4222"),
            ("https://api.test", "https://auth.test", "ws://events.test"),
        ] as [(String, String, String?)])
    func `a server elsewhere is not spoken to in the clear unless that is asked for`(
        api: String, auth: String, events: String?
    ) async throws {
        let test = try TestWallet()
        var configuration = test.configuration
        configuration.endpoints = try endpoints(api, auth)
        configuration.eventServer = events
        let refused = configuration
        let error = await #expect(throws: InsecureAddress.self) { _ = try await Wallet(refused) }
        #expect(error?.description.contains("s3cret") == false)
        #expect(!FileManager.default.fileExists(atPath: configuration.database.path), "nothing was opened")
        configuration.allowsInsecureWays = true
        _ = try await Wallet(configuration)
    }

    @Test func `this machine may be spoken to in the clear, by its address`() async throws {
        let test = try TestWallet()
        var configuration = test.configuration
        configuration.endpoints = try endpoints("http://127.0.0.1:1", "http://[::1]:1/auth")
        configuration.eventServer = "nats://127.0.0.1:4222"
        _ = try await Wallet(configuration)
        configuration.endpoints = try endpoints("https://api.test", "https://auth.test")
        configuration.eventServer = "tls://events.test"
        _ = try await Wallet(configuration)
    }

    @Test(arguments: [
        ("https://api.test", "https://auth.test", "https://api.test", "https://auth.test"),
        ("https://api.test/", "https://auth.test/", "https://api.test", "https://auth.test"),
        ("https://api.test//", "https://auth.test///", "https://api.test", "https://auth.test"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8081/auth", "http://127.0.0.1:8080", "http://127.0.0.1:8081/auth"),
        ("https://test/fex/v2/", "https://test/id", "https://test/fex/v2", "https://test/id"),
        ("HTTPS://API.Test:443", "https://[::1]:8443", "https://api.test", "https://[::1]:8443"),
    ])
    func `an address may have a port, a path and a slash at its end`(
        api: String, auth: String, apiBase: String, authBase: String
    ) async throws {
        let given = try endpoints(api, auth)
        let addresses = try await addresses { $0 = given }
        #expect(
            addresses == [
                "\(apiBase)/merchant/api/v1/public/payment-intents/pi_1", "\(apiBase)/wallet/api/v1/wallet",
                "\(authBase)/realms/payment-platform/.well-known/openid-configuration",
            ])
    }

    @Test func `a deployment may name realm and paths otherwise`() async throws {
        let addresses = try await addresses {
            $0.realm = "customers"
            $0.merchantPrefix = "/m"
            $0.walletPrefix = "/w/2"
        }
        #expect(
            addresses == [
                "https://platform.test/m/public/payment-intents/pi_1", "https://platform.test/w/2/wallet",
                "https://platform.test/auth/realms/customers/.well-known/openid-configuration",
            ])
    }

    @Test(arguments: [
        "ftp://api.test", "api.test", "https://", "https://user@api.test", "https://api.test/#part", "file:///api",
    ])
    func `what is no address of an HTTP server is refused before any call`(text: String) {
        #expect(throws: HTTPAddressError.self) { try endpoints(text, "https://auth.test") }
        #expect(throws: HTTPAddressError.self) { try endpoints("https://api.test", text) }
    }

    @Test func `a wallet listens on subjects of its own alone`() throws {
        let endpoints = try endpoints("https://api.test", "https://auth.test")
        let wallet = try #require(WalletID("wal_1"))
        #expect(
            endpoints.subjects(of: wallet) == [
                "wallets.wal_1.payment.approval_requested", "wallets.wal_1.wallet.balance.updated",
                "wallets.wal_1.wallet.device.added",
            ])
        #expect(endpoints.echoSubject(of: wallet) == "wallets.wal_1.echo")
    }

    @Test func `a deployment may name subjects otherwise`() throws {
        var endpoints = try endpoints("https://api.test", "https://auth.test")
        endpoints.approvalSubject = "asks.{wallet}"
        endpoints.balanceSubject = "{wallet}.balance.{wallet}"
        endpoints.deviceSubject = "added.{wallet}"
        endpoints.echoSubject = "echo"
        let wallet = try #require(WalletID("wal_1"))
        #expect(endpoints.subjects(of: wallet) == ["asks.wal_1", "wal_1.balance.wal_1", "added.wal_1"])
        #expect(endpoints.echoSubject(of: wallet) == "echo")
    }
}
