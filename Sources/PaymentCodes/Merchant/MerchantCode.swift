public import FexValues

/// A merchant's code: names the payment intent to pay, and may repeat its terms.
///
/// What it says of amount and merchant is a claim by whoever printed it. The fetched intent alone counts; a claim that
/// differs from it is a reason not to pay.
public struct MerchantCode: Hashable, Sendable {
    /// A published form of `qr_data`; the raw value is the word that scripts read.
    public struct Form: Hashable, Sendable, CaseIterable {
        /// `uri` or `json`.
        public let rawValue: String

        private init(_ rawValue: String) { self.rawValue = rawValue }

        /// `fex://pay?intent=…&amount=29.99&currency=USD&merchant=…` (standard-qr-flow).
        public static let uri = Form("uri")
        /// `{"payment_intent_id":"…","amount":99.99,"currency":"USD","merchant_id":"…","merchant_name":"…"}`
        /// (API reference).
        public static let json = Form("json")

        /// The forms that this version reads.
        public static let allCases: [Form] = [.uri, .json]
    }

    /// The form it was written in.
    public let form: Form
    /// The intent that the code asks to be paid: fetch it, and compare.
    public let intent: IntentID
    /// The amount claimed, above zero; `nil` where the code has none.
    public let amount: Money?
    /// The merchant claimed; `nil` where the code has none.
    public let merchant: MerchantID?
    /// The merchant's name as claimed, fit to be shown on one line; only the JSON form has one. A key in it is left out.
    public let merchantName: String?

    /// A merchant's code with these contents.
    public init(form: Form, intent: IntentID, amount: Money?, merchant: MerchantID?, merchantName: String?) {
        self.form = form
        self.intent = intent
        self.amount = amount
        self.merchant = merchant
        self.merchantName =
            merchantName.flatMap { PlainText.isVisible($0) ? CodeField.Content.words.shown($0) : nil }
            .map { PlainText.clean($0, limit: 128) }
    }
}

// MARK: - What both forms have in common

extension MerchantCode {
    static func readIntent(_ text: String) throws(CodeError) -> IntentID {
        guard let intent = IntentID(text) else { throw .notUnderstood(.intent, text, IntentID.problem(with: text)) }
        if let other = intent.otherSystem {
            throw .notAllowed(.intent, "what stands there is of another kind: \(other.name)")
        }
        return intent
    }

    static func readMerchant(_ text: String?) throws(CodeError) -> MerchantID? {
        guard let text, !text.isEmpty else { return nil }
        guard let merchant = MerchantID(text) else {
            throw .notUnderstood(.merchant, text, IntentID.problem(with: text))
        }
        if let other = ForeignCode(inPlaceOfID: text), other.kind == .secret {
            throw .notAllowed(.merchant, "what stands there is of another kind: \(other.name)")
        }
        return merchant
    }

    /// The amount of a code that has both digits and a currency, or neither.
    static func readAmount(digits: String?, currency: String?) throws(CodeError) -> Money? {
        let digits = digits?.isEmpty == true ? nil : digits
        let currency = currency?.isEmpty == true ? nil : currency
        switch (digits, currency) {
        case (nil, nil): return nil
        case (_?, nil): throw .missing(.currency, ", and an amount means nothing without it")
        case (nil, _?): throw .missing(.amount, ", though there is a currency")
        case (let digits?, let currency?): return try readMoney(digits, currency)
        }
    }

    private static func readMoney(_ digits: String, _ currency: String) throws(CodeError) -> Money {
        let money: Money
        do {
            money = try Money(digits: digits, currency: Currency(currency))
        } catch {
            switch error.reason {
            case .unknownCurrency: throw .notUnderstood(.currency, currency, error.description)
            case .notANumber: throw .notUnderstood(.amount, digits, error.description)
            default: throw .notAllowed(.amount, error.description)
            }
        }
        guard money.minorUnits > 0 else { throw .notAllowed(.amount, "it is zero, so there is nothing to pay") }
        return money
    }
}
