package import GRDB
import Synchronization

/// A database whose reads and writes run at once, on the thread that asks for them.
///
/// With it a wallet has no thread of its own, so that a simulation can decide the order of everything. Several wallets may
/// share one queue, as processes share a file.
package struct InlineDatabase: Sendable {
    /// How far a read or write has come.
    package enum Moment: Hashable, Sendable {
        /// A read is about to begin.
        case read
        /// A write is about to begin.
        case write
        /// A write is made, and about to be committed.
        case commit
        /// A write is committed, and nobody has been told.
        case committed
    }

    let queue: DatabaseQueue
    private let pass: @Sendable (Moment) throws -> Void
    private let observers = InlineObservers()

    /// A database.
    ///
    /// - Parameters:
    ///   - queue: A database with the wallet's schema.
    ///   - pass: Called at each moment; what it throws ends the access there, as a crash would.
    package init(_ queue: DatabaseQueue, pass: @escaping @Sendable (Moment) throws -> Void) {
        self.queue = queue
        self.pass = pass
    }

    /// An empty database in memory, with the wallet's schema.
    package static func makeQueue() throws -> DatabaseQueue {
        let queue = try DatabaseQueue()
        try WalletStore.migrate(queue)
        return queue
    }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try pass(.read)
        // There is one thread, so nobody writes meanwhile.
        return try queue.unsafeRead(body)
    }

    func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try pass(.write)
        let value = try queue.write { db in
            let value = try body(db)
            try pass(.commit)
            return value
        }
        try pass(.committed)
        observers.look()
        return value
    }

    /// Has something looked at now, and after each write, until it says that it is done.
    func observe(_ look: @escaping @Sendable () -> Bool) {
        if look() { observers.add(look) }
    }
}

/// What looks at an inline database after each write.
private final class InlineObservers: Sendable {
    private let looks = Mutex<[@Sendable () -> Bool]>([])

    func add(_ look: @escaping @Sendable () -> Bool) { looks.withLock { $0.append(look) } }

    func look() {
        // An observer may add another while it looks.
        let all = looks.withLock { looks in
            defer { looks = [] }
            return looks
        }
        let kept = all.filter { $0() }
        looks.withLock { $0 = kept + $0 }
    }
}
