import FexValues
import Foundation
import Testing
import WalletCore

/// A person logs the terminal client in from a browser, which curl plays.
@Suite struct DeviceLoginTests {
    @Test func `a person allows the terminal client on the page that it names`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            var wallet = Program.built("wallet-cli")
            wallet.environment["FEX_WALLET_HOME"] = world.directory.appending(path: "device").path
            wallet.environment["FEX_API_URL"] = world.ready["api"]?.stringValue ?? ""
            wallet.environment["FEX_AUTH_URL"] = world.ready["auth"]?.stringValue ?? ""
            let (output, errors) = (
                world.directory.appending(path: "login.out"), world.directory.appending(path: "login.err")
            )
            let (document, _) = try await wallet.whileRunning(
                ["login", "--json", "--quiet"], output: output, errors: errors
            ) {
                let page = try await eventually("the client names a page") {
                    let text = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
                    return text.firstMatch(of: /(http\S+user_code=\S+)\n/).map { String($0.1) }
                }
                try await world.allowLogin(on: page)
                let line = try await eventually("the client is logged in") {
                    let text = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
                    return text.last == "\n" ? text.trimmingCharacters(in: .newlines) : nil
                }
                return try JSON(parsing: line)
            }
            #expect(document["wallet"]?.stringValue == world.walletID(0))
            #expect(document["balance"] == "1000.00")
            #expect(try await wallet("balance", "--refresh", "--json").document()["balance"] == "1000.00")
        }
    }

    @Test(arguments: [["login", "--username", "alice"], ["login", "--password-stdin"]])
    func `a name without a password, or the other way round, is wrong usage`(arguments: [String]) async throws {
        let outcome = try await Program.built("wallet-cli").run(arguments + ["--json"])
        #expect(outcome.exitCode == 64)
        #expect(try outcome.error()["code"] == "no_password")
    }
}
