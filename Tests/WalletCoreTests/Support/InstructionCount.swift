import GRDB
import GRDBSQLite
import Synchronization

/// Counts what SQLite does on a connection: the instructions of its virtual machine, which are the same on each machine.
final class InstructionCount: Sendable {
    private let count = Atomic(0)

    /// Counts from now on, as long as this is held.
    init(on queue: DatabaseQueue) {
        queue.inDatabase { db in
            let context = unsafe Unmanaged.passUnretained(self).toOpaque()
            unsafe sqlite3_progress_handler(
                db.sqliteConnection, 1,
                { context in
                    guard let context = unsafe context else { return 0 }
                    unsafe Unmanaged<InstructionCount>.fromOpaque(context).takeUnretainedValue().count
                        .wrappingAdd(1, ordering: .relaxed)
                    return 0
                }, context)
        }
    }

    /// How many there were so far.
    var soFar: Int { count.load(ordering: .relaxed) }
}
