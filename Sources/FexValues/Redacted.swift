/// A value that is nobody's to see: a token, a password, a key. However it is printed, dumped or mirrored, it is `redacted`.
///
/// ```swift
/// let password = Redacted("hunter2")
/// print(password)       // redacted
/// send(password.value)  // the one way to what it holds
/// ```
public struct Redacted<Value: Sendable>: Sendable {
    /// What is kept from being seen. Whoever reads it answers for where it goes.
    public let value: Value

    /// Keeps a value from being seen.
    public init(_ value: Value) { self.value = value }
}

extension Redacted: Equatable where Value: Equatable {}
extension Redacted: Hashable where Value: Hashable {}

extension Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `redacted`.
    public var description: String { "redacted" }
    /// `redacted`.
    public var debugDescription: String { "redacted" }
    /// Without children: a dump follows those.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
