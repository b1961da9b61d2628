/// What a server refused for want of permission.
public struct NATSDenial: Hashable, Sendable {
    /// What was to be done.
    public enum Operation: Hashable, Sendable {
        /// Publishing.
        case publish
        /// Subscribing.
        case subscribe
    }

    /// What was to be done.
    public var operation: Operation
    /// The subject on which.
    public var subject: String

    /// A denial.
    public init(operation: Operation, subject: String) {
        self.operation = operation
        self.subject = subject
    }

    /// Reads a denial out of the server's sentence, the only form in which the protocol has it:
    /// `Permissions Violation for Publish to "a.b"`, or `… for Subscription to "a.b" using queue "c"`.
    init?(serverText text: String) {
        let forms: [(start: String, Operation)] = [
            ("permissions violation for publish to \"", .publish),
            ("permissions violation for subscription to \"", .subscribe),
        ]
        let lowercased = text.lowercased()
        guard let form = forms.first(where: { lowercased.hasPrefix($0.start) }) else { return nil }
        self.init(operation: form.1, subject: String(text.dropFirst(form.start.count).prefix { $0 != "\"" }))
    }
}
