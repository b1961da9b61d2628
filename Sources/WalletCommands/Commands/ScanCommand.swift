import ArgumentParser
import FexValues
import PaymentCodes
import WalletCore

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
        case .wallet(let code): try report(ScanReport(code, isOwn: await isOwn(code)))
        case .foreign(let code):
            try report(ScanReport(kind: "foreign", summary: code.summary, foreign: code.kind.rawValue))
            throw CommandFailure(
                .badData, "foreign_code", "this is no Fex code but \(code.name): \(code.summary)")
        }
    }

    /// Whether a code is that of the wallet on this device, as far as it can be opened.
    private func isOwn(_ code: WalletCode) async -> Bool {
        guard let account = try? await options.open().wallet.ledger.loadAccount() else { return false }
        return account.scanToken == code.scanToken
    }

    private func report(_ report: ScanReport) throws(CommandFailure) {
        try options.terminal.result(report.document, text: report.text)
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

/// What `scan` found.
private struct ScanReport {
    var kind: String
    var summary: String
    var code: MerchantCode?
    var possibleIntent: String?
    var foreign: String?
    var intent: PaymentIntent?
    var matches: Bool?

    init(kind: String, summary: String, foreign: String? = nil) {
        self.kind = kind
        self.summary = summary
        self.foreign = foreign
    }

    init(_ code: MerchantCode) {
        kind = "merchant"
        self.code = code
        let amount = code.amount.map { "\($0)" } ?? "an amount it doesn't name"
        let name = TerminalText.visible(code.merchantName, columns: 80).map { TerminalText.quoted($0, columns: 80) }
        let merchant = name ?? code.merchant?.rawValue ?? "a merchant it doesn't name"
        summary = "A merchant's code: \(amount) to \(merchant)."
    }

    /// A token that may be an intent's id as well is told as both: `pay` takes the same text for an intent.
    init(_ code: WalletCode, isOwn: Bool) {
        self.init(kind: "wallet", summary: "A customer's wallet code, for a till to scan.")
        if isOwn {
            summary = "This wallet's own code, for a till to scan."
        } else if code.mayBeIntent {
            summary =
                "Either a customer's wallet code, for a till to scan, or a payment intent's id, which `pay` takes: the text "
                + "alone doesn't tell which."
            possibleIntent = code.text
        }
    }

    var document: JSON {
        [
            "kind": .string(kind), "form": .optional(code?.form.rawValue),
            "intent": .optional(code?.intent.rawValue ?? possibleIntent),
            "amount": .optional(code?.amount?.decimalString), "currency": .optional(code?.amount?.currency.code),
            "merchant": .optional(code?.merchant?.rawValue), "merchant_name": .optional(code?.merchantName),
            "foreign": .optional(foreign), "summary": .string(summary), "fetched": .bool(intent != nil),
            "payment_intent": intent?.outputDocument ?? .null, "matches": matches.map { .bool($0) } ?? .null,
        ]
    }

    var text: String {
        guard let intent else { return summary }
        return summary + "\nThe platform says:\n" + intent.shownTerms
    }
}
