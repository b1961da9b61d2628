import FexValues

/// Why something about a NATS connection failed.
///
/// No part of it holds a password, a token or the userinfo of a URL. The detail may quote the server: clean it before it
/// is shown.
public struct NATSError: Error, Hashable, Sendable {
    /// What kind of failure it is.
    public enum Code: Hashable, Sendable {
        /// The server's address can't be one.
        case invalidURL
        /// The subject is empty, malformed, or has wildcards where none may be.
        case invalidSubject
        /// No server answered at the address.
        case unreachable
        /// The server did not accept the credentials.
        case authenticationFailed
        /// The server does not let this user publish or subscribe there.
        case permissionDenied
        /// There is no connection at present.
        case notConnected
        /// The connection is closed for good.
        case closed
        /// The server did not answer in time.
        case timeout
        /// The payload is larger than the server takes.
        case payloadTooLarge
        /// The server sent more than a message may be long, and the connection was cut.
        case messageTooLong
        /// Messages came faster than they were read, and the oldest were dropped.
        case slowConsumer
        /// A secure connection could not be made.
        case insecure
        /// Any other failure.
        case other
    }

    /// What kind of failure it is.
    public var code: Code
    /// A short text for a log.
    public var detail: String
    /// What the server refused, if the code is ``Code/permissionDenied`` and it said.
    public var denial: NATSDenial?

    /// An error.
    public init(_ code: Code, detail: String, denial: NATSDenial? = nil) {
        self.code = code
        self.detail = detail
        self.denial = denial
    }
}

extension NATSError {
    /// The error without what a server was told: some repeat it when they refuse.
    func withholding(_ secrets: [Redacted<String>]) -> NATSError {
        var error = self
        for secret in secrets {
            error.detail = secret.withheld(from: error.detail)
            let subject = error.denial?.subject ?? ""
            error.denial?.subject = secret.withheld(from: subject)
        }
        return error
    }
}

extension NATSError: CustomStringConvertible {
    /// The code and the detail.
    public var description: String { "NATS \(code): \(detail)" }
}

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
