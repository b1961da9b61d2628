package import GRDB

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
        try WalletStore.migrator.migrate(queue)
        return queue
    }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try pass(.read)
        // Nobody writes meanwhile: there is but one thread.
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
        return value
    }
}
