import FexValues
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The right to send a decision, which one process at a time has.
///
/// It ends by itself, so that a process that was stopped holds up nothing for long, and at once when its holder is known to
/// be gone. Nothing of it is a lock: a process may be suspended while it has a lease.
///
/// It is timed by the device's uptime, which all processes of a device share: what each knows of the platform's time comes
/// from answers of its own, and an answer that is old, or a clock that was corrected, sets them apart by any amount.
struct Lease: Hashable, Sendable {
    /// Who has it.
    var holder: String
    /// Until when at most, by the device's uptime.
    var until: Duration

    /// Longer than an attempt can take.
    static let duration: Duration = .seconds(60)

    /// A lease from now on.
    init(_ attempt: Attempt) {
        holder = attempt.holder.name
        until = attempt.uptime + Lease.duration
    }

    /// A lease as it was stored.
    init(holder: String, until: Duration) {
        self.holder = holder
        self.until = until
    }

    /// Whether it keeps someone from sending.
    func excludes(_ attempt: Attempt) -> Bool {
        // A lease longer than the longest is from before a reboot, or from a version that stored wall-clock times.
        let remaining = until - attempt.uptime
        guard holder != attempt.holder.name, remaining > .zero, remaining <= Lease.duration else { return false }
        return !attempt.holder.isGone(holder)
    }
}

/// Who makes an attempt at a decision, and when.
struct Attempt: Sendable {
    let holder: LeaseHolder
    /// On the platform's clock.
    let now: Timestamp
    /// By the device's uptime.
    let uptime: Duration
}

/// Someone who sends decisions from a database: an open wallet of some process.
package struct LeaseHolder: Sendable {
    /// Tells it from all others.
    package let name: String
    /// Whether another holder is known to be gone for good.
    package let isGone: @Sendable (String) -> Bool

    /// A holder.
    package init(name: String, isGone: @escaping @Sendable (String) -> Bool) {
        self.name = name
        self.isGone = isGone
    }

    /// This process, holding whatever it holds by its process number, and by when it was started where that can be told:
    /// numbers are given out again.
    static func thisProcess(_ entropy: Entropy) -> LeaseHolder {
        let number = getpid()
        let start = ProcessStatus(of: number).map { String($0.startedAt) } ?? ""
        return LeaseHolder(name: "\(number).\(start).\(entropy.uuid())") { other in
            let parts = other.split(separator: ".", omittingEmptySubsequences: false)
            guard let number = parts.first.flatMap({ pid_t($0) }), number > 0 else { return false }
            if kill(number, 0) != 0, errno == ESRCH { return true }
            guard parts.count > 2, let start = UInt64(parts[1]), let now = ProcessStatus(of: number) else {
                return false
            }
            return now.hasEnded || now.startedAt != start
        }
    }
}

/// What Linux tells of a process in `/proc`.
struct ProcessStatus {
    /// When it was started, in ticks since the machine was.
    var startedAt: UInt64
    /// Whether it runs no more, though nobody has asked yet how it ended.
    var hasEnded: Bool

    /// `nil` where nothing is told.
    init?(of process: pid_t) {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { return nil }
        // After the name, which may hold anything: the state is the third field, the start the 22nd.
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let startedAt = UInt64(fields[19]) else { return nil }
        self.startedAt = startedAt
        hasEnded = fields[0] == "Z" || fields[0] == "X"
    }
}
