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

    /// This process, holding whatever it holds by its process number.
    static func thisProcess(_ entropy: Entropy) -> LeaseHolder {
        LeaseHolder(name: "\(getpid()).\(entropy.uuid())") { other in
            guard let process = other.split(separator: ".").first.flatMap({ pid_t($0) }), process > 0 else {
                return false
            }
            return kill(process, 0) != 0 && errno == ESRCH
        }
    }
}
