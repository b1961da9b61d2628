import Foundation

/// Where identifiers and jitter come from; a test gives seeded ones.
package struct Entropy: Sendable {
    /// A new UUID (RFC 9562, version 4), lower case.
    package var uuid: @Sendable () -> String
    /// A number from 0 up to, but not including, 1. Never used for money.
    package var fraction: @Sendable () -> Double

    /// A source of one's own.
    package init(uuid: @escaping @Sendable () -> String, fraction: @escaping @Sendable () -> Double) {
        self.uuid = uuid
        self.fraction = fraction
    }

    /// The system's randomness.
    package static let system = Entropy(uuid: { UUID().uuidString.lowercased() }, fraction: { .random(in: 0..<1) })
}
