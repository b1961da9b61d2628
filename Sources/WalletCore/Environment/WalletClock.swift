public import FexValues
import Foundation

/// The device's clock, as the core sees it. Nothing else in the core asks for the time or waits.
public protocol WalletClock: Sendable {
    /// What the device believes the time to be.
    func now() -> Timestamp

    /// Time since some moment of the past. Never goes back, is not set by anybody, and goes on while the device sleeps.
    func uptime() -> Duration

    /// Names the start of the device from which ``uptime()`` counts, for processes that compare theirs; `nil` where
    /// they can't.
    var bootSession: String? { get }

    /// Waits.
    ///
    /// - Throws: `CancellationError` if the task is cancelled.
    func sleep(for duration: Duration) async throws
}

extension WalletClock {
    /// None: each process counts by itself.
    public var bootSession: String? { nil }
}

/// The machine's own clock: `Date`, `ContinuousClock` and `Task.sleep`.
public struct SystemClock: WalletClock {
    /// A value without state: all of them tell the same time.
    public init() {}

    /// The system's time, cut to whole milliseconds; the person or the network may set it.
    public func now() -> Timestamp {
        Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
    }

    /// Time since the machine was started, sleep included.
    public func uptime() -> Duration {
        let clock = ContinuousClock()
        return clock.systemEpoch.duration(to: clock.now)
    }

    /// The kernel's name for the time since the machine was started.
    public var bootSession: String? { SystemClock.bootSession }

    private static let bootSession: String? = {
        #if os(Linux)
            let id = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
            return id?.trimmingCharacters(in: .whitespacesAndNewlines)
        #elseif canImport(Darwin)
            var bytes = [UInt8](repeating: 0, count: 64)
            var count = bytes.count
            guard unsafe sysctlbyname("kern.bootsessionuuid", &bytes, &count, nil, 0) == 0 else { return nil }
            return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        #else
            return nil
        #endif
    }()

    /// Waits.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    public func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }
}
