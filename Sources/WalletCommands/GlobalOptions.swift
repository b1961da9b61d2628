import ArgumentParser
import FexValues
import Foundation
import TerminalProgram

/// Options that every command takes, before or after its name.
struct GlobalOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Where profiles are kept.", valueName: "dir"))
    var home: String?

    @Option(name: .long, help: ArgumentHelp("Which deployment and customer.", valueName: "name"))
    var profile: String?

    @Flag(name: .long, help: "One JSON document on standard output.")
    var json = false

    @Flag(name: .long, help: "No notes on standard error.")
    var quiet = false

    @Flag(name: .long, help: "Report what is done, on standard error.")
    var verbose = false

    /// What reads the arguments of this program.
    static let reader = ArgumentReader(
        RootCommand.self, flags: ["--json", "--quiet", "--verbose"], valued: ["--home": "dir", "--profile": "name"],
        acting: [
            PayCommand.self, ApproveCommand.self, DeclineCommand.self, ScanCommand.self, OutboxCommand.Retry.self,
            OutboxCommand.Cancel.self,
        ])

    var terminal: Terminal { Terminal(isJSON: json, isQuiet: quiet) }
}

extension GlobalOptions {
    /// Moves global options that stand before the command's name, or within it, behind it, where they are parsed.
    static func reordered(_ arguments: [String]) -> [String] {
        var (words, leading): ([String], [String]) = ([], [])
        var command = CommandTree(RootCommand.self)
        var rest = arguments[...]
        while let first = rest.first {
            if ["--json", "--quiet", "--verbose"].contains(first) || first.hasPrefix("--home=")
                || first.hasPrefix("--profile=")
            {
                leading.append(rest.removeFirst())
            } else if ["--home", "--profile"].contains(first), rest.count > 1 {
                leading += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else if let child = command.child(named: first) {
                command = child
                words.append(rest.removeFirst())
            } else {
                break
            }
        }
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        return words + Array(rest[..<end]) + leading + Array(rest[end...])
    }
}
