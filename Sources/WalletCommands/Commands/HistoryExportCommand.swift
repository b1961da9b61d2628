import ArgumentParser
import FexValues
import Foundation
import TerminalProgram
import WalletCore

/// `history export`: the history as a file.
struct HistoryExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the history to a file, or to standard output. Asks nobody.",
        discussion: """
            The format is that of the name's ending, or --format. The file is there whole or not at all; one of the \
            same name is replaced. Only you can read it, unless you say --shared. \
            --until names the last day that is in it, where you are (TZ).

            A spreadsheet that opens CSV by a double click may take it for another character set: --bom tells it. In CSV \
            an apostrophe stands before what a spreadsheet would take for a formula, at the beginning of a text and behind \
            each comma, semicolon, tab, bar and line break in it; to get the text back, take one apostrophe away before \
            = + - @ there. In JSON all texts are exact.

            Examples:
              wallet-cli history export --to 2026.csv --bom --since 2026-01-01 --until 2026-12-31
              wallet-cli history export --to - --format json --search coffee | jq '.transactions | length'
            """)

    @OptionGroup var options: GlobalOptions
    @Option(help: ArgumentHelp("FILE.csv, FILE.json, or - for standard output.", valueName: "file")) var to: String
    @Option(help: ArgumentHelp("csv or json, whatever the file is called.", valueName: "format")) var format: String?
    @Flag(help: "CSV begins with a byte order mark, by which spreadsheets know UTF-8.") var bom = false
    @Flag(help: "Let other users of this machine read the file.") var shared = false
    @OptionGroup var filters: HistoryFilters

    func run() async throws {
        let format = try chosenFormat
        guard !bom || format == .csv else {
            throw CommandFailure(.usage, "bad_format", "--bom is for CSV: JSON has no byte order mark")
        }
        let count: Int? = try await options.read { _, reader in
            let export = reader.ledger.export(try await filters.query(for: reader.ledger), as: format)
            guard to == "-" else {
                let count: Int = try await WholeFile(path: to, isShared: shared).write {
                    try await write(export, to: $0)
                }
                return count
            }
            do { return try await write(export, to: .standardOutput) } catch OutputError.readerHasGone { return nil }
        }
        // Whoever read standard output has seen enough.
        guard let count else { return }
        let sentence = "Exported \(count.counted("transaction") ?? "no transactions")"
        if to == "-" { return options.terminal.note(sentence + ".") }
        try options.terminal.result(
            ["file": .string(to), "format": .string(format.rawValue), "transactions": .integer(count)],
            text: "\(sentence) to \(PlainText.clean(to)).")
    }

    private func write(_ export: HistoryExport, to file: OutputFile) async throws -> Int {
        let progress = ProgressLine(options.terminal)
        defer { progress?.clear() }
        var count = 0
        do {
            if bom { try file.write([0xEF, 0xBB, 0xBF]) }
            for try await piece in export {
                try file.write(piece.bytes)
                count = piece.transactions
                progress?.show("\(count) transactions …")
            }
        } catch let error as StorageError where error.isDamage && count > 0 && to == "-" {
            // A second beginning must not follow what has been written of the first.
            throw CommandFailure(.homeUnusable, error.code, "the export ends early: \(error)")
        } catch let error as OutputError where error != .readerHasGone {
            throw to == "-" ? CommandFailure(unwritten: error) : CommandFailure(unwritable: error)
        }
        return count
    }

    private var chosenFormat: HistoryFormat {
        get throws {
            let named = HistoryFormat(rawValue: (to as NSString).pathExtension.lowercased())
            let asked = format.flatMap { HistoryFormat(rawValue: $0.lowercased()) }
            if format != nil, asked == nil || named.map({ $0 != asked }) ?? false {
                throw CommandFailure(.usage, "bad_format", "--format is csv or json, and what the file is called")
            }
            guard let chosen = asked ?? named else {
                throw CommandFailure(
                    .usage, "no_format", "--to takes FILE.csv or FILE.json, or with --format - or any name")
            }
            return chosen
        }
    }
}
