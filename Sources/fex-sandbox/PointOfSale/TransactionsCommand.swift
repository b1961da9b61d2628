import ArgumentParser
import FexSandbox
import FexValues

/// `fex-sandbox pos transactions`
struct TransactionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transactions", abstract: "List what the merchant was paid and paid back, newest first.")

    @Option(help: "Which page, from 1.")
    var page = 1

    @Option(help: "How many a page, 1 to 100.")
    var limit = 20

    @OptionGroup var options: TillOptions

    func run() async throws {
        try await options.reportingFailures {
            let list = try await options.till().fetchTransactions(page: page, limit: limit)
            try StandardOutput.write(options.json ? list.text : text(of: list))
        }
    }

    /// A line a transaction, and where in the list they lie.
    private func text(of list: JSON) -> String {
        var lines = (list["transactions"]?.arrayValue ?? []).map { transaction in
            let parts = ["created_at", "transaction_type", "amount", "currency", "description"].map { name in
                transaction[name]?.stringValue.map { PlainText.clean($0) } ?? ""
            }
            let intent = transaction["metadata"]?["payment_intent_id"]?.stringValue ?? ""
            return (parts + [PlainText.clean(intent)]).filter { !$0.isEmpty }.joined(separator: "  ")
        }
        let (pages, total) = (list["total_pages"]?.integerValue ?? 0, list["total"]?.integerValue ?? 0)
        lines.append("page \(page) of \(pages), \(total) transactions")
        return lines.joined(separator: "\n")
    }
}
