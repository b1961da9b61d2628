import ArgumentParser
import Foundation
import Testing

@testable import WalletCommands
@testable import WalletCore

@Suite struct HistoryCommandTests {
    @Test(arguments: ["export", "--json", "-x", "", "\"*^ NEAR(", "🏳️‍🌈", "--search"])
    func `whatever follows search is what is looked for`(text: String) throws {
        let command = try RootCommand.parseAsRoot(["history", "--search", text, "--limit", "3"])
        let list = try #require(command as? HistoryCommand.List)
        #expect(list.filters.search == text && list.limit == 3 && !list.options.json)
    }

    @Test(arguments: [
        ["--limit", "0"], ["--limit", "1001"], ["--after", "!"], ["--merchant", "a b"], ["--since", "yesterday"],
        ["--until", "2026-02-30"], ["--min", "1"], ["--min", "1.001", "--currency", "USD"],
        ["--min", "-1", "--currency", "USD"], ["--max", "1e", "--currency", "USD"], ["--currency", "XXX"],
        ["--min", "3", "--max", "2", "--currency", "USD"],
    ])
    func `a filter that can't be is wrong usage`(options: [String]) async throws {
        let status = try await run(["history"] + options)
        #expect(status == 64)
    }

    @Test(arguments: [
        ["--to", "x.txt"], ["--to", "x"], ["--to", "-"], ["--to", "dir/csv"], ["--to", "x.csv", "--format", "json"],
        ["--to", "x.csv", "--format", "xml"], ["--to", "-", "--format", "xml"], [], ["--to", "x.csv", "--limit", "3"],
        ["--to", ""],
    ])
    func `an export to nowhere, or in no known format, is wrong usage`(options: [String]) async throws {
        let status = try await run(["history", "export"] + options)
        #expect(status == 64)
    }

    @Test(
        arguments: [
            (["history"], 0), (["history", "--min", "1", "--currency", "usd", "--search", "x"], 0),
            (["show", "pi_never"], 1), (["show", "../x"], 65), (["show", ""], 65),
        ] as [([String], Int32)])
    func `nobody has to be logged in, and no platform there`(arguments: [String], status: Int32) async throws {
        let given = try await run(arguments)
        #expect(given == status)
    }

    /// Runs the client in a home of its own, where nobody has logged in.
    private func run(_ arguments: [String]) async throws -> Int32 {
        let home = FileManager.default.temporaryDirectory.appending(path: "home-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: home) }
        _ = try await Home(option: home.path, environment: [:]).add(
            "default", api: URL(string: "http://127.0.0.1:1")!, auth: URL(string: "http://127.0.0.1:1")!, nats: nil)
        return await WalletCLI.run(arguments: arguments + ["--home", home.path, "--json"])
    }
}
