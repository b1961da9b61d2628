import ArgumentParser
import FexSandbox
import FexValues

/// `fex-sandbox pos`: a till.
struct PointOfSaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pos",
        abstract: "A till over the merchant's calls.",
        discussion: """
            It finds the sandbox through the ready document: --ready FILE, or $FEX_SANDBOX_READY.

            Examples:
              fex-sandbox pos intent --amount 29.99 --description "Flat white"
              fex-sandbox pos scan "$SCAN_TOKEN" --amount 35.50 --counter 0
              fex-sandbox pos status "$INTENT" --json
              fex-sandbox pos refund "$INTENT"
              fex-sandbox pos listen --port 4000
            """,
        subcommands: [
            IntentCommand.self, ScanCommand.self, StatusCommand.self, CancelCommand.self, RefundCommand.self,
            TransactionsCommand.self, ListenCommand.self,
        ])
}

/// `fex-sandbox pos intent`
struct IntentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intent", abstract: "Make an intent and show its QR code.")

    @OptionGroup var order: OrderOptions
    @OptionGroup var options: TillOptions

    func run() async throws {
        let body = order.body
        try await options.run(isNew: true) { till in try await till.createIntent(body) }
    }
}

/// `fex-sandbox pos scan`
struct ScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: "Ask the wallet whose code was scanned for money.")

    @Argument(help: "What the customer's code says.")
    var token: String

    @OptionGroup var order: OrderOptions
    @OptionGroup var options: TillOptions

    func run() async throws {
        let (body, token) = (order.body, token)
        // The platform takes such a request from a counter only.
        try await options.run(defaultCounter: "0") { till in try await till.scan(token, order: body) }
    }
}

/// `fex-sandbox pos status`
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Show how an intent stands.")

    @Argument(help: "The intent's id.")
    var intent: IntentID

    @OptionGroup var options: TillOptions

    func run() async throws {
        let intent = intent
        try await options.run { till in try await till.fetchIntent(intent) }
    }
}

/// `fex-sandbox pos cancel`
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "cancel", abstract: "Withdraw an intent.")

    @Argument(help: "The intent's id.")
    var intent: IntentID

    @OptionGroup var options: TillOptions

    func run() async throws {
        let intent = intent
        try await options.run { till in try await till.cancelIntent(intent) }
    }
}

/// `fex-sandbox pos refund`
struct RefundCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refund", abstract: "Pay an intent back in full.",
        discussion: "The money moves a little later: `pos status` shows refund_status completed then.")

    @Argument(help: "The intent's id.")
    var intent: IntentID

    @OptionGroup var options: TillOptions

    func run() async throws {
        let intent = intent
        try await options.run(money: .moved) { till in try await till.refundIntent(intent) }
    }
}

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

    /// One line per transaction, then the page's position in the list.
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
