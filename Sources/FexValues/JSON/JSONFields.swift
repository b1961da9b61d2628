/// What is wrong with a document from the platform: which field, and why.
///
/// The same document will fail again. It was only read, so no money has moved by it; what the call that brought it did is
/// said by the error of the call.
package struct MalformedDocument: WalletError, Hashable, Sendable {
    /// The path of the field: `payment_intent.amount`.
    package var field: String
    /// What is wrong with it; text from outside in it has been made safe.
    package var problem: String
    /// The amount as it came, fit to be shown, where nothing is wrong with it but that nobody knows its currency.
    package var unknownCurrency: String?

    package init(field: String, problem: String) {
        self.field = field
        self.problem = problem
    }

    /// `malformed_document`.
    package var code: String { "malformed_document" }
    /// Never: the same document fails again.
    package var retry: RetryAdvice { .never }
    /// None has: a document was read.
    package var money: MoneyEffect { .notMoved }
    /// The field and what is wrong with it; on one line.
    package var description: String { PlainText.clean("\(field): \(problem)", limit: 400) }
}

/// Reads the fields of a JSON object, and says which one is wrong.
///
/// A name that stands twice is refused: nobody can say which of two amounts was meant.
package struct JSONFields {
    package let object: JSONObject
    private let path: String

    package init(_ json: JSON, at path: String) throws(MalformedDocument) {
        guard case .object(let object) = json else {
            throw MalformedDocument(field: path, problem: "an object is expected")
        }
        self.object = object
        self.path = path
    }

    /// The error that names a field.
    package func malformed(_ name: String, _ problem: String) -> MalformedDocument {
        MalformedDocument(field: path.isEmpty ? name : "\(path).\(name)", problem: problem)
    }

    /// The value of a name; `nil` where it is absent or null.
    package func value(_ name: String) throws(MalformedDocument) -> JSON? {
        guard object.count(of: name) <= 1 else { throw malformed(name, "stands more than once") }
        guard let value = object[name], value != .null else { return nil }
        return value
    }

    package func required(_ name: String) throws(MalformedDocument) -> JSON {
        guard let value = try value(name) else { throw malformed(name, "is missing") }
        return value
    }

    package func fields(_ name: String) throws(MalformedDocument) -> JSONFields {
        try JSONFields(required(name), at: path.isEmpty ? name : "\(path).\(name)")
    }

    package func array(_ name: String) throws(MalformedDocument) -> [JSON] {
        guard let elements = try required(name).arrayValue else { throw malformed(name, "an array is expected") }
        return elements
    }

    package func string(_ name: String) throws(MalformedDocument) -> String {
        guard let text = try required(name).stringValue else { throw malformed(name, "a string is expected") }
        return text
    }

    package func optionalString(_ name: String) throws(MalformedDocument) -> String? {
        try value(name) == nil ? nil : string(name)
    }

    package func integer(_ name: String) throws(MalformedDocument) -> Int {
        guard let number = try required(name).integerValue else { throw malformed(name, "a whole number is expected") }
        return number
    }

    package func bool(_ name: String) throws(MalformedDocument) -> Bool {
        guard let value = try required(name).boolValue else { throw malformed(name, "true or false is expected") }
        return value
    }

    package func id<Of>(_ name: String) throws(MalformedDocument) -> OpaqueID<Of> {
        guard let id = OpaqueID<Of>(try string(name)) else { throw malformed(name, "is not an id") }
        return id
    }

    package func optionalID<Of>(_ name: String) throws(MalformedDocument) -> OpaqueID<Of>? {
        try value(name) == nil ? nil : id(name)
    }

    package func timestamp(_ name: String) throws(MalformedDocument) -> Timestamp {
        guard let moment = Timestamp(try string(name)) else { throw malformed(name, "is not an RFC 3339 time") }
        return moment
    }

    package func optionalTimestamp(_ name: String) throws(MalformedDocument) -> Timestamp? {
        try value(name) == nil ? nil : timestamp(name)
    }

    /// An amount, given as a number or a string, with its currency beside it.
    package func money(_ name: String = "amount", currency: String = "currency") throws(MalformedDocument) -> Money {
        let digits: String
        switch try required(name) {
        case .number(let literal): digits = literal
        case .string(let text): digits = text
        default: throw malformed(name, "a number is expected")
        }
        do {
            return try Money(digits: digits, currency: Currency(string(currency)))
        } catch let error as MoneyError where error.reason == .unknownCurrency {
            let (code, digits) = (PlainText.clean(error.text ?? "", limit: 12), PlainText.clean(digits, limit: 40))
            var error = malformed(currency, "the currency \"\(code)\" is unknown: \(digits) \(code)")
            error.unknownCurrency = "\(digits) \(code)"
            throw error
        } catch let error as MoneyError {
            throw malformed(name, error.description)
        } catch let error as MalformedDocument {
            throw error
        } catch {
            throw malformed(name, "is not an amount")
        }
    }
}
