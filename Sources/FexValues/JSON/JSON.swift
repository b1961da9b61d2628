/// A JSON value that keeps what the text said.
///
/// Foundation's decoders turn numbers into binary or 38-digit values and keep one of several equal keys. A wallet needs
/// the digits of an amount as they were written, must echo `metadata` unchanged, and must not choose between two amounts;
/// so numbers stay text, members keep their order, and repeated keys are seen.
public enum JSON: Hashable, Sendable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A number, as its literal: `"29.90"` and `"29.9"` are different values.
    case number(String)
    /// A string, with its escapes resolved.
    case string(String)
    /// An array, with its elements in order.
    case array([JSON])
    /// An object, with its members in order.
    case object(JSONObject)
}

/// The members of a JSON object, in the order they were written.
public struct JSONObject: Hashable, Sendable {
    /// One name with its value.
    public struct Member: Hashable, Sendable {
        /// The name, with its escapes resolved; another member may have the same one.
        public var name: String
        /// What stands behind the name's colon.
        public var value: JSON

        /// A name with its value.
        public init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// All members, repeated names included.
    public var members: [Member]

    /// An object of these members.
    public init(_ members: [Member] = []) { self.members = members }

    /// The value of a name; the first of several. Setting `nil` removes the name.
    public subscript(_ name: String) -> JSON? {
        get { members.first { $0.name == name }?.value }
        set {
            guard let newValue else {
                members.removeAll { $0.name == name }
                return
            }
            if let index = members.firstIndex(where: { $0.name == name }) {
                members[index].value = newValue
            } else {
                members.append(Member(name, newValue))
            }
        }
    }

    /// How many members have a name.
    public func count(of name: String) -> Int { members.count { $0.name == name } }
}

// MARK: - Literals

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// `nil` in Swift is JSON's `null`.
    public init(nilLiteral: ()) { self = .null }
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A number, with the literal's value in decimal digits.
    public init(integerLiteral value: Int64) { self = .number(String(value)) }
    /// A string, interpolated ones included.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An array of values that are literals themselves.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// An object, with its members in the order they are written; repeated names are kept.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(JSONObject(elements.map { JSONObject.Member($0.0, $0.1) }))
    }

    /// A whole number, in decimal digits.
    public static func integer(_ value: some BinaryInteger) -> JSON { .number(String(value)) }

    /// A string, or `null` for `nil`.
    public static func optional(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
}

// MARK: - Looking inside

extension JSON {
    /// The value of a name, if this is an object that has it.
    public subscript(_ name: String) -> JSON? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }

    /// The element at an index, if this is an array that long.
    public subscript(_ index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The text, if this is a string.
    public var stringValue: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The number, if this is a whole one that fits.
    public var integerValue: Int? {
        guard case .number(let literal) = self else { return nil }
        return Int(literal)
    }

    /// The truth value, if this is one.
    public var boolValue: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The elements, if this is an array.
    public var arrayValue: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members, if this is an object.
    public var objectValue: JSONObject? {
        guard case .object(let object) = self else { return nil }
        return object
    }
}
