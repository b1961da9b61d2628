/// The right to send a decision, which one process at a time has.
///
/// It ends by itself, so that a process that was stopped holds up nothing for long, and at once when its holder is known to
/// be gone. Nothing of it is a lock: a process may be suspended while it has a lease.
struct Lease: Hashable, Sendable {
    /// Who has it.
    var holder: String
    /// Until when at most, on the platform's clock.
    var until: Timestamp

    /// Longer than an attempt can take.
    static let duration: Duration = .seconds(60)

    /// A lease from now on.
    init(_ holder: LeaseHolder, at now: Timestamp) {
        self.holder = holder.name
        until = now.advanced(by: Lease.duration)
    }

    /// A lease as it was stored.
    init(holder: String, until: Timestamp) {
        self.holder = holder
        self.until = until
    }

    /// Whether it keeps someone from sending.
    func excludes(_ other: LeaseHolder, at now: Timestamp) -> Bool {
        // One that lasts much longer than any could was given by a clock that has been set since. Not much: two processes
        // know the platform's time each from answers of its own, and so to within a call's duration only.
        guard holder != other.name, now < until, until <= now.advanced(by: Lease.duration * 2) else { return false }
        return !other.isGone(holder)
    }
}
