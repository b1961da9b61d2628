import Logging
import Synchronization

/// Counts refused hints, and decides when that is worth a line: whoever can send events must not fill the log.
///
/// The first of a kind is told at once. Those that follow are told with their number, at most once a minute.
struct RefusalCount {
    private static let quiet: Duration = .seconds(60)

    private struct Tally {
        var unlogged = 0
        var loggedAt: Duration?
    }

    private var tallies: [HintRefusal.Kind: Tally] = [:]

    /// Counts one.
    ///
    /// - Parameter uptime: The device's uptime.
    /// - Returns: How many a line is to tell of now; `nil` for no line.
    mutating func note(_ kind: HintRefusal.Kind, at uptime: Duration) -> Int? {
        var tally = tallies[kind] ?? Tally()
        defer { tallies[kind] = tally }
        tally.unlogged += 1
        if let loggedAt = tally.loggedAt, uptime - loggedAt < Self.quiet { return nil }
        defer { tally = Tally(loggedAt: uptime) }
        return tally.unlogged
    }
}

/// Logs refused hints.
final class RefusalLog: Sendable {
    private let count = Mutex(RefusalCount())
    private let clock: any WalletClock
    private let log: Logger

    init(clock: any WalletClock, log: Logger) {
        self.clock = clock
        self.log = log
    }

    /// Takes note that a hint was refused.
    func note(_ refusal: HintRefusal) {
        let uptime = clock.uptime()
        guard let times = count.withLock({ $0.note(refusal.kind, at: uptime) }) else { return }
        log.warning(
            "event refused",
            metadata: ["kind": "\(refusal.kind.rawValue)", "why": "\(refusal.why)", "times": "\(times)"])
    }
}
