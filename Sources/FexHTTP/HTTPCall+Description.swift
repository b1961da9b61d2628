import HTTPTypes

// What goes over the wire holds tokens and passwords in its head and its body: neither is printed, dumped or mirrored.

extension HTTPCall: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The method, the server and the path; no query.
    public var description: String {
        "\(method.rawValue) \(address.origin)\(address.target.prefix { $0 != "?" })"
    }
    /// The same as ``description``.
    public var debugDescription: String { description }
    /// Without children: a dump follows those.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension HTTPAnswer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The status, and how much came.
    public var description: String { "\(response.status.code), \(body.count) bytes" }
    /// The same as ``description``.
    public var debugDescription: String { description }
    /// Without children: a dump follows those.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
