import ArgumentParser
import Testing

@testable import WalletCommands

@Suite struct GlobalOptionsTests {
    @Test(arguments: [
        (["--json", "status"], ["status", "--json"]),
        (["--home", "h", "--profile=p", "scan", "-"], ["scan", "-", "--home", "h", "--profile=p"]),
        (["--quiet", "profile", "add", "x", "--api", "u"], ["profile", "add", "x", "--api", "u", "--quiet"]),
        (["--json", "scan", "--", "--weird"], ["scan", "--json", "--", "--weird"]),
        (["profile", "--json", "list"], ["profile", "list", "--json"]),
        (["limits", "--json", "set", "--daily", "5"], ["limits", "set", "--daily", "5", "--json"]),
        (
            ["history", "--profile", "p", "export", "--to", "-"],
            ["history", "export", "--to", "-", "--profile", "p"]
        ),
        (["pay", "--json", "--", "-h"], ["pay", "--json", "--", "-h"]),
        (["status", "--json"], ["status", "--json"]), (["--help"], ["--help"]), ([], []), (["--home"], ["--home"]),
    ])
    func `global options may stand before the command, and within its name`(given: [String], parsed: [String]) {
        #expect(GlobalOptions.reordered(given) == parsed)
    }

    @Test(arguments: [
        ["profile", "add", "x", "--api", "http://a", "--auth", "http://b"], ["profile", "list"],
        ["profile", "use", "x"],
        ["profile", "remove", "x"], ["login", "--username", "a", "--password-stdin"], ["logout"], ["status"],
        ["scan", "-"], ["pay", "x", "--yes"], ["code", "--watch"], ["approvals"], ["approvals", "--all"],
        ["approvals", "watch"], ["approve", "pi_1", "--yes"], ["decline", "pi_1", "--reason", "no"], ["outbox"],
        ["sync", "--watch"], ["history", "--limit", "5", "--after", "x", "--since", "2026-01-01"],
        ["history", "--search", "x", "--status", "s", "--merchant", "m", "--until", "2026-01-01"],
        ["history", "--type", "refund", "--min", "1", "--max", "2", "--currency", "USD"],
        ["history", "export", "--to", "x.csv", "--search", "x", "--min", "1"],
        ["history", "export", "--to", "-", "--format", "json"], ["show", "pi_1"], ["balance", "--refresh"],
    ])
    func `every command that scripts rely on is there, with the global options`(arguments: [String]) throws {
        let command = try RootCommand.parseAsRoot(arguments + ["--json", "--quiet", "--home", "h", "--profile", "p"])
        let parsed = Mirror(reflecting: command).children.lazy
            .compactMap { ($0.value as? OptionGroup<GlobalOptions>)?.wrappedValue }.first
        let options = try #require(parsed)
        #expect(options.json && options.quiet && options.home == "h" && options.profile == "p")
    }
}
