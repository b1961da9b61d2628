import GRDB
import Synchronization

/// Counts the commits that changed certain tables. Nothing is read for it: who wants to know more looks.
final class TableChanges: TransactionObserver, Sendable {
    /// The count; what it begins with means nothing.
    let count = CurrentValue(0)
    private let tables: Set<String>
    private let isBegun = Mutex(false)
    private let isChanged = Mutex(false)

    init(in tables: Set<String>) { self.tables = tables }

    /// Whether this was the first to begin.
    func begin() -> Bool {
        isBegun.withLock { isBegun in
            defer { isBegun = true }
            return !isBegun
        }
    }

    func observes(eventsOfKind kind: DatabaseEventKind) -> Bool {
        tables.contains(kind.tableName)
    }

    func databaseDidChange() { isChanged.withLock { $0 = true } }

    func databaseDidChange(with event: DatabaseEvent) {
        databaseDidChange()
        stopObservingDatabaseChangesUntilNextTransaction()
    }

    func databaseDidCommit(_ db: Database) {
        let isChanged = isChanged.withLock { isChanged in
            defer { isChanged = false }
            return isChanged
        }
        if isChanged { count.update { $0 += 1 } }
    }

    func databaseDidRollback(_ db: Database) { isChanged.withLock { $0 = false } }
}
