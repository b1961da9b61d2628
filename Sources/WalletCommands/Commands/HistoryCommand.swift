import ArgumentParser
import FexValues
import WalletCore
import WalletDocuments

/// `history`: what happened, from this device.
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "What was paid and paid back; from this device, newest first.",
        discussion: """
            All that is asked for has to hold. Words are found by their beginnings, in the merchant's name and in what \
            it was for; case and accents do not count. A day is a day where \
            you are (TZ); a time with an offset is taken as it is. All options: wallet-cli help history list.

            Examples:
              wallet-cli history --search 'coffee corner' --since 2026-01-01 --min 5 --max 20
              wallet-cli history export --to 2026.csv --since 2026-01-01
            """,
        subcommands: [List.self, HistoryExportCommand.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "A page of the history. Asks nobody.")

        @OptionGroup var options: GlobalOptions
        @Option(help: ArgumentHelp("The most entries, 1 to 1000.", valueName: "n")) var limit = 50
        @Option(help: ArgumentHelp("Go on from a page's `next`.", valueName: "cursor")) var after: String?
        @OptionGroup var filters: HistoryFilters

        func run() async throws {
            guard (1...1000).contains(limit) else {
                throw CommandFailure(.usage, "bad_limit", "--limit is a number from 1 to 1000")
            }
            let cursor = try after.map { text in
                guard let cursor = HistoryCursor(text) else {
                    throw CommandFailure(.usage, "bad_cursor", "--after takes what an earlier page gave as `next`")
                }
                return cursor
            }
            let page = try await options.read { _, reader in
                var query = try await filters.query(for: reader.ledger)
                query.limit = limit
                query.after = cursor
                return try await reader.ledger.loadHistory(query)
            }
            let lines = page.entries.map(\.line) + (page.next.map { ["More: --after \($0.text)"] } ?? [])
            let nothing = filters.isEmpty && after == nil ? "Nothing yet." : "Nothing found."
            try options.terminal.result(
                page.outputDocument,
                text: lines.isEmpty ? nothing : lines.joined(separator: "\n"))
        }
    }
}
