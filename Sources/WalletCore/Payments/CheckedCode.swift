import FexValues
public import PaymentCodes

/// A merchant's code beside the intent it names, which says nothing else: there is none for a code that differs.
public struct CheckedCode: Hashable, Sendable {
    /// What was scanned.
    public let code: MerchantCode
    /// What the platform says.
    public let intent: PaymentIntent

    /// Compares a code with its intent. What the code doesn't say can't differ.
    ///
    /// - Throws: ``DecisionError/codeDiffers(_:)`` naming each difference.
    public init(code: MerchantCode, intent: PaymentIntent) throws(DecisionError) {
        let mismatch = CodeMismatch(code: code, intent: intent)
        guard mismatch.differences.isEmpty else { throw .codeDiffers(mismatch) }
        self.code = code
        self.intent = intent
    }

    /// What the person says yes or no to.
    public var terms: Terms { intent.terms }
}

/// A merchant's code that says otherwise than the platform does about the intent it names; nothing is paid by it.
public struct CodeMismatch: Hashable, Sendable {
    /// What was scanned.
    public let code: MerchantCode
    /// What the platform says, to be shown beside it.
    public let intent: PaymentIntent
    /// Where the two differ.
    public let differences: [Difference]

    /// One difference, both values fit to be shown.
    public struct Difference: Hashable, Sendable {
        /// What differs: `intent`, `amount`, `currency` or `merchant`.
        public var field: String
        /// What the code says.
        public var inCode: String
        /// What the platform says.
        public var atPlatform: String
    }

    init(code: MerchantCode, intent: PaymentIntent) {
        self.code = code
        self.intent = intent
        var differences: [Difference] = []
        func compare(_ field: String, _ inCode: String, _ atPlatform: String) {
            guard inCode != atPlatform else { return }
            differences.append(Difference(field: field, inCode: inCode, atPlatform: atPlatform))
        }
        compare("intent", code.intent.rawValue, intent.id.rawValue)
        if let amount = code.amount {
            let isSameCurrency = amount.currency == intent.amount.currency
            compare(isSameCurrency ? "amount" : "currency", amount.description, intent.amount.description)
        }
        if let merchant = code.merchant { compare("merchant", merchant.rawValue, intent.merchantID.rawValue) }
        self.differences = differences
    }
}
