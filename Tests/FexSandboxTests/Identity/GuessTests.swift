import FexSandbox
import FexValues
import Foundation
import Testing

/// Nobody guesses for long.
@Suite struct GuessTests {
    private let browser = TestBrowser()

    private func logIn(_ world: SandboxWorld, _ index: Int = 0, password: String? = nil) async throws
        -> SandboxClient.Answer
    {
        let person = world.client.ready.wallets[index]
        return try await world.client.token([
            "grant_type": "password", "client_id": "wallet", "username": person["username"]?.stringValue ?? "",
            "password": password ?? person["password"]?.stringValue ?? "",
        ])
    }

    private func begin(_ world: SandboxWorld) async throws -> SandboxClient.Answer {
        try await world.client.call(
            "POST", world.client.ready.auth + "/realms/payment-platform/protocol/openid-connect/auth/device",
            body: Data("client_id=wallet".utf8), headers: ["Content-Type": "application/x-www-form-urlencoded"])
    }

    private func poll(_ world: SandboxWorld, _ deviceCode: JSON?) async throws -> SandboxClient.Answer {
        try await world.client.token([
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": "wallet",
            "device_code": deviceCode?.stringValue ?? "",
        ])
    }

    private func submit(_ world: SandboxWorld, _ fields: [String: String]) async throws -> Int {
        let page = try await browser.open(world.client.ready.auth + "/realms/payment-platform/device")
        return try await browser.submit(page, fields).status
    }

    @Test func `after ten wrong passwords not even the right one is taken for five minutes, and others' are`()
        async throws
    {
        try await SandboxWorld.run { world in
            for _ in 0..<10 { #expect(try await logIn(world, password: "x").error == "invalid_grant") }
            try await world.sandbox.advanceClock(seconds: 299)
            for password in ["x", nil] {
                let refused = try await logIn(world, password: password)
                #expect(refused.status == 429 && refused.headers["retry-after"] == "1")
            }
            #expect(try await logIn(world, 1).status == 200)
            try await world.sandbox.advanceClock(seconds: 1)
            #expect(try await logIn(world).status == 200)
        }
    }

    @Test func `a right password forgives slips, and guesses at once are counted too`() async throws {
        try await SandboxWorld.run { world in
            for _ in 0..<9 { #expect(try await logIn(world, password: "x").status == 400) }
            #expect(try await logIn(world).status == 200)
            let statuses = try await withThrowingTaskGroup { group in
                for _ in 0..<30 { group.addTask { try await logIn(world, password: "x").status } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 400 } == 10 && statuses.count { $0 == 429 } == 20)
        }
    }

    @Test func `a page counts wrong passwords as the token endpoint does`() async throws {
        try await SandboxWorld.run { world in
            for _ in 0..<10 { _ = try await logIn(world, password: "x") }
            let person = world.client.ready.wallets[0]
            let status = try await submit(
                world,
                [
                    "user_code": "BCDF-GHJK", "username": person["username"]?.stringValue ?? "",
                    "password": person["password"]?.stringValue ?? "", "answer": "allow",
                ])
            #expect(status == 429)
        }
    }

    @Test func `a user code dies after five wrong passwords`() async throws {
        try await SandboxWorld.run { world in
            let begun = try await begin(world)
            let code = begun["user_code"]?.stringValue ?? ""
            for index in 0..<5 {
                // Whoever's they are.
                let fields = ["user_code": code, "username": "user-\(index)", "password": "x", "answer": "allow"]
                #expect(try await submit(world, fields) == 403)
            }
            let person = world.client.ready.wallets[0]
            let fields = [
                "user_code": code, "username": person["username"]?.stringValue ?? "",
                "password": person["password"]?.stringValue ?? "", "answer": "allow",
            ]
            #expect(try await submit(world, fields) == 400)
            #expect(try await poll(world, begun["device_code"]).error == "access_denied")
        }
    }

    @Test(arguments: ["allow", "deny"])
    func `nobody tries user codes for long`(answer: String) async throws {
        try await SandboxWorld.run { world in
            let person = world.client.ready.wallets[0]
            var fields = [
                "username": person["username"]?.stringValue ?? "", "password": person["password"]?.stringValue ?? "",
                "answer": answer,
            ]
            for _ in 0..<10 {
                fields["user_code"] = "BCDF-GHJK"
                #expect(try await submit(world, fields) == 400)
            }
            fields["user_code"] = try await begin(world)["user_code"]?.stringValue ?? ""
            #expect(try await submit(world, fields) == 429)
        }
    }

    @Test func `device codes that nobody gave out are not tried for long, and one that was works on`() async throws {
        try await SandboxWorld.run { world in
            let begun = try await begin(world)
            for index in 0..<10 { #expect(try await poll(world, .string("guess-\(index)")).error == "invalid_grant") }
            #expect(try await poll(world, "guess").error == "slow_down")
            #expect(try await poll(world, begun["device_code"]).error == "authorization_pending")
        }
    }
}
