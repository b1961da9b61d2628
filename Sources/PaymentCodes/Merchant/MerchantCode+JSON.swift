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

    /// Refuses what plainly is a code of this form, as it names a payment intent, but was cut off, or has a value that is no
    /// JSON: told as text, it would say nothing of what is wrong.
    static func refuseDamaged(_ text: String) throws(CodeError) {
        guard text.utf8.first == UInt8(ascii: "{"), ASCII.end(ofFirst: "\"payment_intent_id\"", in: text) != nil else {
            return
        }
        do throws(JSONSyntaxError) { _ = try JSON(parsing: text) } catch {
            let place = text.utf8.index(text.startIndex, offsetBy: min(error.offset, text.utf8.count))
            guard let (field, rest) = lastField(before: place, in: text) else { return }
            let isWithinValue = !rest.utf8.contains { "{}[".utf8.contains($0) }
            guard isWithinValue || place == text.endIndex else { return }
            throw .unreadable(
                rest.contains(",\"") ? .parameters : field, "it is not understood: \(error.description)")
        }
    }

    /// The last part that is named before a place in a damaged code, and what stands between its name and the place.
    private static func lastField(before place: String.Index, in text: String) -> (CodeError.Field, Substring)? {
        let read = text[..<place]
        let found = knownNames.compactMap { name, field in
            read.ranges(of: "\"\(name)\"").last.map { (field, read[$0.upperBound...]) }
        }
        return found.max { $0.1.startIndex < $1.1.startIndex }
    }

    /// The merchant code in an object that names a payment intent.
    init(object: JSONObject) throws(CodeError) {
        for (name, field) in MerchantCode.knownNames {
            if let hidden = object.members.lazy.map(\.name).first(where: {
                $0 != name && InvisibleCharacters.removed(from: $0) == name
            }),
                let oddity = InvisibleCharacters.firstOddity(in: hidden)
            {
                throw .unreadable(field, "its name is not understood: \(oddity)")
            }
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
