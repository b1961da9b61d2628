public import Foundation

/// A message as it came.
public struct NATSMessage: Hashable, Sendable {
    /// The subject it was published to.
    public var subject: String
    /// Its bytes.
    public var payload: Data

    /// A message.
    public init(subject: String, payload: Data) {
        self.subject = subject
        self.payload = payload
    }
}
