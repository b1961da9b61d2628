import Foundation

/// The device's clock, as the core sees it. Nothing else in the core asks for the time or waits.
public protocol WalletClock: Sendable {
    /// What the device believes the time to be.
    func now() -> Timestamp

    /// Waits.
    ///
    /// - Throws: `CancellationError` if the task is cancelled.
    func sleep(for duration: Duration) async throws
}

/// The clock of the machine.
public struct SystemClock: WalletClock {
    /// The clock of the machine.
    public init() {}

    /// What the clock believes the time to be.
    public func now() -> Timestamp {
        Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
    }

    /// Waits.
    public func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }
}
