package import FexValues
package import PaymentCodes
package import WalletCore

/// What `scan` found.
package struct ScanReport {
    private var kind: String
    package private(set) var summary: String
    private var code: MerchantCode?
    private var possibleIntent: String?
    private var foreign: String?
    /// The intent as the platform has it, where it was fetched.
    package var intent: PaymentIntent?
    /// Whether the two say the same.
    package var matches: Bool?

    /// A code by itself, before the platform was asked.
    ///
    /// - Parameter own: What the code of the wallet on this device holds, if it is known.
    package init(_ scanned: ScannedCode, own: ScanToken?) {
        switch scanned {
        case .merchant(let code): self.init(code)
        case .wallet(let code): self.init(code, isOwn: code.scanToken == own)
        case .foreign(let code): self.init(kind: "foreign", summary: code.summary, foreign: code.kind.rawValue)
        }
    }

    private init(kind: String, summary: String, foreign: String? = nil) {
        self.kind = kind
        self.summary = summary
        self.foreign = foreign
    }

    /// A merchant's code, before the platform was asked.
    package init(_ code: MerchantCode) {
        kind = "merchant"
        self.code = code
        let amount = code.amount.map { "\($0)" } ?? "an amount it doesn't name"
        let name = TerminalText.visible(code.merchantName, columns: 80).map { TerminalText.quoted($0, columns: 80) }
        let merchant = name ?? code.merchant?.rawValue ?? "a merchant it doesn't name"
        summary = "A merchant's code: \(amount) to \(merchant)."
    }

    /// A token that may be an intent's id as well is told as both: `pay` takes the same text for an intent.
    private init(_ code: WalletCode, isOwn: Bool) {
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

    package var outputDocument: JSON {
        [
            "kind": .string(kind), "form": .optional(code?.form.rawValue),
            "intent": .optional(code?.intent.rawValue ?? possibleIntent),
            "amount": .optional(code?.amount?.decimalString), "currency": .optional(code?.amount?.currency.code),
            "merchant": .optional(code?.merchant?.rawValue), "merchant_name": .optional(code?.merchantName),
            "foreign": .optional(foreign), "summary": .string(summary), "fetched": .bool(intent != nil),
            "payment_intent": intent?.outputDocument ?? .null, "matches": matches.map { .bool($0) } ?? .null,
        ]
    }
}
