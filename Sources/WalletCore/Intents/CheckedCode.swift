/// A merchant's code beside the intent it names.
public struct CheckedCode: Hashable, Sendable {
    /// What was scanned.
    public var code: MerchantCode
    /// What the platform says.
    public var intent: PaymentIntent
    /// Where the two differ; a code that differs is never paid.
    public var differences: [Difference]

    /// One difference, both values fit to be shown.
    public struct Difference: Hashable, Sendable {
        /// What differs: `amount`, `currency` or `merchant`.
        public var field: String
        /// What the code says.
        public var inCode: String
        /// What the platform says.
        public var atPlatform: String
    }

    /// Compares a code with its intent. What the code doesn't say can't differ.
    public init(code: MerchantCode, intent: PaymentIntent) {
        self.code = code
        self.intent = intent
        differences = []
        if let amount = code.amount, amount != intent.amount {
            let field = amount.currency == intent.amount.currency ? "amount" : "currency"
            differences.append(
                Difference(field: field, inCode: amount.description, atPlatform: intent.amount.description))
        }
        if let merchant = code.merchant, merchant != intent.merchantID {
            differences.append(
                Difference(field: "merchant", inCode: merchant.rawValue, atPlatform: intent.merchantID.rawValue))
        }
    }

    /// Whether the code says nothing that the platform doesn't.
    public var matches: Bool { differences.isEmpty }
}
