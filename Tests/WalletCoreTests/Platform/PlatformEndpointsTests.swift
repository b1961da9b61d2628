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
                "http://platform.test/m/public/payment-intents/pi_1", "http://platform.test/w/2/wallet",
                "http://platform.test/auth/realms/customers/.well-known/openid-configuration",
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
