import ArgumentParser
import Testing

@testable import TerminalProgram

@Suite struct ArgumentReaderTests {
    private let reader = ArgumentReader(
        Shop.self, flags: ["--json"], valued: ["--home": "dir"], acting: [Shop.Buy.self])

    private func problem(_ arguments: [String]) -> String? {
        do {
            _ = try reader.read(arguments)
            return nil
        } catch {
            return error.message
        }
    }

    private func text(_ arguments: [String]) throws -> String? {
        if case .text(let text) = try reader.read(arguments) { text } else { nil }
    }

    @Test(arguments: [
        (["hsitory"], "`shop` has no command \"hsitory\". Did you mean `shop history`?"),
        (["HISTORY"], "`shop` has no command \"HISTORY\". Did you mean `shop history`?"),
        (["hist"], "`shop` has no command \"hist\". Did you mean `shop history`?"),
        (["export"], "`shop` has no command \"export\". Did you mean `shop history export`?"),
        (["history", "exprot"], "`shop history` has no command \"exprot\". Did you mean `shop history export`?"),
        (["--json", "bogus"], "`shop` has no command \"bogus\"."),
        (["help", "bogus"], "`shop` has no command \"bogus\"."),
        (["help", "buy", "x"], "`shop buy` has no command \"x\"."), (["--json"], "no command is named"),
        (["--home"], "--home takes a value: --home <dir>"),
        (["--json", "--home"], "--home takes a value: --home <dir>"),
        (
            ["buy\u{A0}"],
            "`shop` has no command \"buy\u{A0}\" (in it: a no-break space (U+00A0)). Did you mean `shop buy`?"
        ),
    ])
    func `what isn't known, or is missing, is named`(arguments: [String], message: String) {
        #expect(problem(arguments) == message)
    }

    private static let words = "legal winner thank year wave sausage worth useful legal winner thank yellow"
        .split(separator: " ").map(String.init)

    private static let secrets: [[String]] = [
        ["buy"] + words,
        ["nsec13afe9erpz7tyck7u3y5euwh62epmkjpsjm0dj723ye4625f5exgqn5znx9"],
        ["buy", "a", "5KexMADumP5h43rZr6hBgYPUH5JewB4Rqb8c86NLzBQpKXKWoWw"],
        ["buy", "--nsec13afe9erpz7tyck7u3y5euwh62epmkjpsjm0dj723ye4625f5exgqn5znx9"],
        ["buy", "a", "--nsec13afe9erpz7tyck7u3y5euwh62epmkjpsjm0dj723ye4625f5exgq"],
        ["buy", "a", "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP"],
        // Commands and options are words of the list too.
        ["--home", "scan", "buy", "approve"] + words,
        ["history"] + words,
    ]

    @Test(arguments: secrets)
    func `what holds a secret is not repeated`(arguments: [String]) throws {
        let message = try #require(problem(arguments))
        #expect(message.contains("holds a secret"))
        let plain = ["a", "--home", "scan", "approve", "history"]
        for argument in arguments.dropFirst(arguments[0] == "buy" ? 1 : 0) where !plain.contains(argument) {
            #expect(!message.contains(argument))
        }
    }

    @Test(arguments: [
        ["-h"], ["--help"], ["--json", "--help"], ["help"], ["help", "buy"], ["help", "history", "export"],
        ["buy", "-h"],
        ["buy", "--help"], ["history", "--limit", "3", "--help"], ["help", "buy", "--json"], ["--json", "help", "buy"],
        ["--generate-completion-script", "bash"],
    ])
    func `help is given where it is asked for`(arguments: [String]) throws {
        #expect(try text(arguments)?.isEmpty == false)
    }

    @Test(arguments: [
        ["buy", "-h", "--yes"], ["buy", "--yes", "-h"], ["buy", "--help", "--yes"], ["buy", "--version", "--yes"],
        ["buy", "-hello"], ["buy", "--version"], ["buy", "x", "-h"], ["buy", "-h", "--json"], ["buy", "--json", "-h"],
        ["buy", "--yes", "--experimental-dump-help"], ["buy", "--yes", "--generate-completion-script", "bash"],
        ["buy", "--note", "-h"], ["buy", "--help-hidden", "--yes"], ["buy", "-x", "--yes"], ["buy", "-", "-h"],
    ])
    func `an argument that looks like an option is never a question where something else is asked`(arguments: [String])
    {
        #expect(problem(arguments)?.isEmpty == false)
    }

    @Test func `behind two dashes everything is taken as it stands`() throws {
        guard case .command(let command) = try reader.read(["buy", "--yes", "--", "-h"]) else {
            Issue.record("it is a command")
            return
        }
        #expect((command as? Shop.Buy)?.thing == "-h")
        #expect(problem(["buy", "-x", "--yes"])?.hasPrefix("\"-x\" is no option of `shop buy`.") == true)
    }

    @Test(arguments: [["--version"], ["--version", "--json"], ["history", "--version"]])
    func `the version is told`(arguments: [String]) throws {
        guard case .version = try reader.read(arguments) else {
            Issue.record("it is the version")
            return
        }
    }

    @Test(
        arguments: [
            "\u{1B}]0;title\u{7}", "\u{1B}[31m", "a\nb", "\r", "\u{202E}x", "\u{2066}", "\u{9B}31m", "\u{200B}",
            "\u{E000}",
        ],
        [
            [], ["history"], ["history", "--limit"], ["history", "export"], ["buy", "x"], ["buy", "--"],
            ["buy", "x", "--"], ["help"],
        ])
    func `no message holds what steers a terminal or turns letters around`(hostile: String, before: [String]) {
        for argument in [hostile, "--\(hostile)", "-\(hostile)", "--limit=\(hostile)", "--json=\(hostile)"] {
            let message = problem(before + [argument]) ?? ""
            #expect(message.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
            #expect(!message.unicodeScalars.contains { $0.properties.generalCategory == .format })
        }
    }
}

/// A program like ours.
private struct Shop: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shop", version: "1.2.3", subcommands: [History.self, Buy.self])

    struct History: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "history", subcommands: [List.self, Export.self], defaultSubcommand: List.self)

        struct List: ParsableCommand {
            static let configuration = CommandConfiguration(commandName: "list")
            @Option var limit = 50
            @Flag var json = false
        }

        struct Export: ParsableCommand {
            static let configuration = CommandConfiguration(commandName: "export")
            @Option var to: String
        }
    }

    struct Buy: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "buy")
        @Argument var thing: String
        @Option var note: String?
        @Flag var yes = false
        @Flag var json = false
    }
}
