import Foundation

/// The device's clock, as the core sees it. Nothing else in the core asks for the time or waits.
public protocol WalletClock: Sendable {
    /// What the device believes the time to be.
    func now() -> Timestamp

    /// Time since some moment of the past. Never goes back, is not set by anybody, and goes on while the device sleeps.
    func uptime() -> Duration

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

    /// Time since some moment of the past.
    public func uptime() -> Duration { SystemClock.start.duration(to: .now) }

    private static let start = ContinuousClock.now

    /// Waits.
    public func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }
}
