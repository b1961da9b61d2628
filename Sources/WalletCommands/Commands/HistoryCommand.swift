import ArgumentParser
import WalletCore

/// `history`: what happened, from this device.
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "What was paid and paid back; from this device, newest first.",
        discussion: "Example: wallet-cli history --limit 20 --since 2026-01-01")

    @OptionGroup var options: GlobalOptions
    @Option(help: ArgumentHelp("The most entries, 1 to 1000.", valueName: "n")) var limit = 50
    @Option(help: ArgumentHelp("Go on from a page's `next`.", valueName: "cursor")) var after: String?
    @Option(help: ArgumentHelp("Only with this status.", valueName: "s")) var status: String?
    @Option(help: ArgumentHelp("Only of this merchant's id.", valueName: "m")) var merchant: String?
    @Option(help: ArgumentHelp("Only from this day or moment on.", valueName: "d")) var since: String?
    @Option(help: ArgumentHelp("Only before this day or moment.", valueName: "d")) var until: String?

    func run() async throws {
        let query = try query()
        let page = try await options.open().wallet.activity.loadHistory(query)
        let lines = page.entries.map(\.line) + (page.next.map { ["More: --after \($0.text)"] } ?? [])
        options.terminal.result(
            [
                "transactions": .array(page.entries.map(\.outputDocument)), "next": .optional(page.next?.text),
            ],
            text: lines.isEmpty ? "Nothing yet." : lines.joined(separator: "\n"))
    }

    private func query() throws -> HistoryQuery {
        guard (1...1000).contains(limit) else {
            throw CommandFailure(.usage, "bad_limit", "--limit is a number from 1 to 1000")
        }
        var query = HistoryQuery(limit: limit)
        query.status = status
        if let after {
            guard let cursor = HistoryCursor(after) else {
                throw CommandFailure(.usage, "bad_cursor", "--after takes what an earlier page gave as `next`")
            }
            query.after = cursor
        }
        if let merchant {
            guard let id = MerchantID(merchant) else {
                throw CommandFailure(.usage, "bad_merchant", "--merchant takes a merchant's id")
            }
            query.merchant = id
        }
        query.since = try moment(since, option: "--since")
        query.until = try moment(until, option: "--until")
        return query
    }

    private func moment(_ text: String?, option: String) throws -> Timestamp? {
        guard let text else { return nil }
        guard let moment = Timestamp(text) ?? Timestamp(text + "T00:00:00Z") else {
            throw CommandFailure(
                .usage, "bad_date", "\(option) takes a day (2026-01-31) or a moment (2026-01-31T12:00:00Z)")
        }
        return moment
    }
}
