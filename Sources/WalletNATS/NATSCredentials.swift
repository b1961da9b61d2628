/// A user and a password for the event server.
public struct NATSCredentials: Sendable {
    /// The user's name.
    public var user: String
    /// The user's password.
    public var password: String

    /// Credentials.
    public init(user: String, password: String) {
        self.user = user
        self.password = password
    }
}

extension NATSCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// That there are some; not which.
    public var description: String { "NATSCredentials(redacted)" }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// Nothing, so that a dump is as discreet.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
