import FexHTTP
import FexValues
import Testing
import WalletTesting

@testable import WalletCore

@Suite struct AccountCallsTests {
    let test: TestClient

    init() throws { test = try TestClient() }

    private let token = ["authorization": "Bearer token_1"]

    // MARK: The account

    static let account: JSON = [
        "wallet_id": "wal_1", "user_id": "user_1", "scan_token": "scan_1", "currency": "USD", "balance": "1000.00",
        "version": 7, "updated_at": "2026-01-01T11:00:00Z", "colour": "of a later version",
    ]

    private func fetchAccount(_ account: JSON) async throws -> Account {
        test.plan(.json(["success": true, "wallet": account]))
        return try await test.client.fetchAccount()
    }

    @Test func `the account is fetched with the wallet's token`() async throws {
        let account = try await fetchAccount(Self.account)
        #expect(test.sent == [SentRequest("GET", "https://platform.test/wallet/api/v1/wallet", token)])
        #expect(account.wallet.rawValue == "wal_1" && account.scanToken.rawValue == "scan_1")
        #expect(account.user == "user_1" && account.version == 7)
        #expect(account.balance.description == "1000.00 USD")
        #expect(account.asOf == test.time.now())
    }

    @Test(arguments: [
        (JSON.number("0.01"), "0.01"), ("0", "0.00"), (.number("1e3"), "1000.00"),
        ("92233720368547758.07", "92233720368547758.07"), (.number("12.500000000000000000000000000"), "12.50"),
    ])
    func `a balance is read to the cent, as a number or a text`(balance: JSON, decimals: String) async throws {
        #expect(try await fetchAccount(Self.account.setting("balance", balance)).balance.decimalString == decimals)
    }

    @Test func `an account may lack a version and a user`() async throws {
        let account = try await fetchAccount(Self.account.setting("version", .null).setting("user_id", .null))
        #expect(account.version == 0 && account.user.isEmpty)
    }

    @Test(arguments: [
        ("wallet_id", JSON.null), ("wallet_id", "a b"), ("wallet_id", ""), ("wallet_id", "../wallets"),
        ("wallet_id", 7), ("wallet_id", .string(String(repeating: "w", count: 129))), ("scan_token", .null),
        ("scan_token", "a/b"), ("balance", .null), ("balance", true), ("balance", "1,000.00"), ("balance", "1.005"),
        ("balance", "-1.00"), ("balance", .number("1e400")), ("balance", "92233720368547758.08"),
        ("balance", .array(["1.00"])),
        ("currency", .null), ("currency", "XYZ"), ("currency", "usd"), ("version", "7"), ("version", .number("7.5")),
        ("version", .number("9223372036854775808")), ("user_id", 7),
    ])
    func `an account that can't be one is the platform's no more, and the field is named`(
        field: String, value: JSON
    ) async throws {
        let error = try await #require(throws: PlatformError.self) {
            _ = try await fetchAccount(Self.account.setting(field, value))
        }
        #expect(error.code == "not_the_platform")
        // What is wrong with a currency may be told of the amount.
        #expect(error.description.contains("wallet."), "\(error)")
    }

    @Test func `of two values for one name neither is believed`() async throws {
        for name in ["wallet_id", "balance", "currency", "scan_token", "version"] {
            let twice = JSON.object(JSONObject(Self.account.objectValue!.members + [.init(name, "wal_2")]))
            let error = await #expect(throws: PlatformError.self) { _ = try await fetchAccount(twice) }
            #expect(error?.description.contains("\(name): stands more than once") == true, "\(name)")
        }
    }

    // MARK: Credentials for the event server

    @Test func `credentials for events are fetched, and their password is in no description`() async throws {
        test.plan(.json(["success": true, "user": "wal_1", "password": "hunter2"]))
        let credentials = try await test.client.fetchEventCredentials()
        #expect(test.sent == [SentRequest("GET", "https://platform.test/wallet/api/v1/events/credentials", token)])
        #expect(credentials == EventCredentials(user: "wal_1", password: "hunter2"))
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials!)", String(reflecting: credentials!), dumped] { #expect(!text.contains("hunter2")) }
    }

    @Test func `a platform without such a call has none to give`() async throws {
        test.plan(.json(["success": false, "error": "not found"], status: 404))
        #expect(try await test.client.fetchEventCredentials() == nil)
    }

    @Test(
        arguments: [
            ["user": "wal_1"], ["password": "p"], ["user": 1, "password": "p"], ["user": "u", "password": .null],
            .object(JSONObject([.init("user", "a"), .init("user", "b"), .init("password", "p")])),
        ] as [JSON])
    func `credentials that lack a half are none`(document: JSON) async throws {
        test.plan(.json(document))
        let error = await #expect(throws: PlatformError.self) { _ = try await test.client.fetchEventCredentials() }
        #expect(error?.code == "not_the_platform")
    }
}
