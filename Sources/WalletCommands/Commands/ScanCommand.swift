import ArgumentParser
import FexValues
import PaymentCodes
import WalletCore
import WalletDocuments

/// `scan`: says what a code is, and compares it with the platform's word; moves no money.
struct ScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: "Say what a code is; moves no money.",
        discussion: """
            Examples:
              wallet-cli scan 'fex://pay?intent=pi_1&amount=29.99&currency=USD&merchant=m_1'
              zbarimg --raw -q --nodbus -Sbinary code.png | wallet-cli scan - --json

            A text that begins with a dash stands behind --: wallet-cli scan -- "$TEXT"
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The code's text, or - for standard input.") var code: String

    func run() async throws {
        let scanned = try ScannedCode(parsing: CodeArgument.read(code))
        switch scanned {
        case .merchant(let code): try await report(code)
        case .wallet: try report(ScanReport(scanned, own: await ownToken()))
        case .foreign(let code):
            try report(ScanReport(scanned, own: nil))
            throw CommandFailure(
                .badData, "foreign_code", "this is no Fex code but \(code.name): \(code.summary)")
        }
    }

    /// What the code of the wallet on this device holds, as far as it can be opened.
    private func ownToken() async -> ScanToken? {
        try? await options.open().wallet.ledger.loadAccount()?.scanToken
    }

    private func report(_ report: ScanReport) throws(CommandFailure) {
        try options.terminal.result(report.outputDocument, text: report.text)
    }

    private func report(_ code: MerchantCode) async throws {
        var found = ScanReport(code)
        do {
            found.intent = try await options.open().wallet.intents.check(code).intent
            found.matches = true
            try report(found)
        } catch let error as DecisionError {
            guard let mismatch = error.mismatch else { throw error }
            found.intent = mismatch.intent
            found.matches = false
            try report(found)
            throw DecisionError.codeDiffers(mismatch)
        } catch let error as PlatformError where error.isOutOfReach {
            try report(found)
            options.terminal.note("the intent was not fetched: \(error)")
        } catch let error as PlatformError {
            // What the code says is told, whatever the platform says of it.
            try report(found)
            throw error
        } catch let error where error is ConfigurationError || (error as? StorageError)?.allowsReading == true {
            try report(found)
            options.terminal.note("the intent was not fetched: \(error)")
        }
    }
}

extension ScanReport {
    /// What a person reads.
    fileprivate var text: String {
        guard let intent else { return summary }
        return summary + "\nThe platform says:\n" + intent.shownTerms
    }
}
