import FexValues

extension MerchantCode {
    private static let intentName = "payment_intent_id"

    /// The names that mean something to us; others are for later versions and are passed over.
    private static let knownNames: [(name: String, field: CodeError.Field)] = [
        (intentName, .intent), ("amount", .amount), ("currency", .currency), ("merchant_id", .merchant),
        ("merchant_name", .merchantName),
    ]

    /// The object that a text is, if it is one that names a payment intent.
    static func object(in text: String) -> JSONObject? {
        guard text.utf8.first == UInt8(ascii: "{"), case .object(let object)? = try? JSON(parsing: text),
            object.count(of: intentName) > 0
        else { return nil }
        return object
    }

    /// The merchant code in an object that names a payment intent.
    init(object: JSONObject) throws(CodeError) {
        for (name, field) in MerchantCode.knownNames {
            let count = object.count(of: name)
            if count > 1 { throw .repeated(field, count) }
        }
        guard let intent = try MerchantCode.text(MerchantCode.intentName, .intent, in: object), !intent.isEmpty else {
            throw .missing(.intent)
        }
        self.init(
            form: .json,
            intent: try MerchantCode.readIntent(intent),
            amount: try MerchantCode.readAmount(
                digits: MerchantCode.digits("amount", in: object),
                currency: MerchantCode.text("currency", .currency, in: object)),
            merchant: try MerchantCode.readMerchant(MerchantCode.text("merchant_id", .merchant, in: object)),
            merchantName: try MerchantCode.text("merchant_name", .merchantName, in: object))
    }

    /// The string of a name; `null` says as much as an absent name.
    private static func text(
        _ name: String, _ field: CodeError.Field, in object: JSONObject
    ) throws(CodeError) -> String? {
        switch object[name] {
        case nil, .null?: return nil
        case .string(let text)?: return text
        default: throw .unreadable(field, "it is not understood: a string is expected")
        }
    }

    /// The digits of a number as they were written. Transactions have theirs in strings, so codes may too.
    private static func digits(_ name: String, in object: JSONObject) throws(CodeError) -> String? {
        switch object[name] {
        case nil, .null?: return nil
        case .number(let literal)?: return literal
        case .string(let text)?: return text
        default: throw .unreadable(.amount, "it is not understood: a number is expected")
        }
    }
}
