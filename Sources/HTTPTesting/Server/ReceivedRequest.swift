/// One request as a test server received it.
public struct ReceivedRequest: Hashable, Sendable {
    /// The method.
    public var method: String
    /// Path and query.
    public var target: String
    /// Header fields in their order; names in lower case.
    public var fields: [Field]
    /// The body.
    public var body: [UInt8]
    /// Which connection it came on, counted from 1.
    public var connection: Int

    /// One header field.
    public struct Field: Hashable, Sendable {
        /// The name in lower case.
        public var name: String
        /// The value.
        public var value: String
    }

    /// The path without the query.
    public var path: String { String(target.prefix { $0 != "?" }) }

    /// The value of the only field of a name in lower case; `nil` if there is none, or more than one.
    public subscript(name: String) -> String? {
        let values = fields.filter { $0.name == name }
        return values.count == 1 ? values[0].value : nil
    }
}
