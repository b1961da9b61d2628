import FexValues
import Foundation
import GRDB
import WalletCore

/// A device of the customer's: a database that survives crashes, a clock that may be wrong, a network that may be away.
final class SimulatedDevice: @unchecked Sendable {
    let number: Int
    let queue: DatabaseQueue
    let timeline: Timeline
    /// How far its clock is ahead of the platform's.
    var skew: Int64
    var offlineUntil: Int64 = 0
    /// Whether something was committed since the invariants were last checked.
    private(set) var isChanged = true
    /// Whether it can have changed the inbox: most commits don't, and it takes long to read.
    private let inboxChanges = InboxChanges()
    /// The database before the last write, where a mutation wants to go back to it.
    var beforeLastWrite: DatabaseQueue?
    var beforeLastSend: DatabaseQueue?
    var secrets: [SecretName: Data] = [:]
    /// Processes that wait until another is done with the secrets.
    var waitingForSecrets: [CheckedContinuation<Void, Never>] = []
    var areSecretsTaken = false
    /// Whether one of its processes was told a time of the past, by an answer that something has kept.
    var heardOldTime = false
    /// Whether the customer logged out, and nobody has begun to log in since.
    var isLoggedOut = false
    /// How many logins are under way.
    var logins = 0
    var backup: DatabaseQueue?
    /// How often the requests had been numbered anew when it was made.
    var backupIsOf: Int?
    /// The cursor that the feed of requests fell behind, until the wallet has heard of it.
    var cursorAhead: Int?
    /// Whether the feed grew over that cursor before the wallet could hear of it: then nothing can tell it.
    var isMisled = false
    private var starts = 1
    private var startedAt: Int64 = 0

    init(number: Int, queue: DatabaseQueue, timeline: Timeline, skew: Int64) {
        self.number = number
        self.queue = queue
        self.timeline = timeline
        self.skew = skew
        queue.add(transactionObserver: inboxChanges, extent: .observerLifetime)
    }

    /// How long ago the device was started.
    var uptime: Int64 { timeline.now - startedAt }
    /// Names its start.
    var bootSession: String { "device \(number).\(starts)" }

    /// Something was committed, which the observers of the database have seen.
    func noteCommit() { isChanged = true }

    /// The database is another one.
    func noteReplacement() { (isChanged, inboxChanges.isChanged) = (true, true) }

    /// The invariants are about to be checked.
    ///
    /// - Returns: Whether something, and whether something of the inbox, may have changed since they last were.
    func takeChanges() -> (any: Bool, inbox: Bool) {
        defer { (isChanged, inboxChanges.isChanged) = (false, false) }
        return (isChanged, isChanged && inboxChanges.isChanged)
    }

    /// Starts the device anew; none of its processes lives.
    func restart() {
        starts += 1
        startedAt = timeline.now
    }
}

/// Tells whether a commit touched what the inbox is made of.
final class InboxChanges: TransactionObserver {
    var isChanged = true

    func observes(eventsOfKind kind: DatabaseEventKind) -> Bool {
        ["approval", "payment_intent", "decision", "muted_merchant"].contains(kind.tableName)
    }

    func databaseDidChange(with event: DatabaseEvent) {
        isChanged = true
        stopObservingDatabaseChangesUntilNextTransaction()
    }

    func databaseDidCommit(_ db: Database) {}

    func databaseDidRollback(_ db: Database) {}
}

/// The clock of a device, as one of its processes sees it.
struct SimulatedClock: WalletClock {
    let device: SimulatedDevice
    let process: SimulatedProcess
    /// How far the platform's clock is from where it began, for one that shows that; its uptime follows it too.
    var platformShift: (@Sendable () -> Int64)?

    func now() -> Timestamp {
        Timestamp(milliseconds: World.beginning + device.timeline.now + (platformShift?() ?? device.skew))
    }

    func uptime() -> Duration { .milliseconds(platformShift.map { $0() + device.timeline.now } ?? device.uptime) }

    /// Processes crash, devices don't: what one process knew of the time, the next may use.
    var bootSession: String? { device.bootSession }

    func sleep(for duration: Duration) async throws {
        let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        let isAwake = await process.waitCancellably { wake in
            device.timeline.schedule(after: milliseconds, "wake") { _ = wake(true) }
        }
        if !isAwake { throw CancellationError() }
    }
}
