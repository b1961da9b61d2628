import ArgumentParser

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
