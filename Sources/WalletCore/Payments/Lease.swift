import FexValues

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
        // One that lasts longer than any could is from before the device was started, or from a version that wrote times of
        // day.
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
