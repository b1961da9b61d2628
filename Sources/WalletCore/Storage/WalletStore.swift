import FexValues
import Foundation
import GRDB
import Synchronization

/// The wallet's memory: one SQLite file. All SQL of the core is in this folder.
///
/// What belongs together is written in one transaction, and is durable when a method returns.
final class WalletStore: Sendable {
    private let database: any DatabaseWriter
    /// Where it is; `nil` where it is no file.
    let path: String?
    /// Whether it is a single connection that writes nothing.
    let isReadOnly: Bool
    /// The same, where it is accessed on the caller's thread.
    private let inline: InlineDatabase?
    /// Says to the next start that the file is damaged.
    private let mark: DamageMark?
    /// What became of the database, if it was found damaged when this opened it.
    let recovery: StoreRecovery?
    /// What the ledger's numbers stand for.
    let names = LedgerNames()
    /// The connection of brief reads.
    private let brief = Mutex<DatabaseQueue?>(nil)
    /// SQLite's count of what others wrote, when last asked.
    private let version = Mutex<Int64?>(nil)
    /// Whether it is open, and what of the wallet is in hand.
    let gate = CallGate()
    /// The decisions that were opened again, since the ledger shows a payment of them, and that no sync has gone on with yet.
    let reopened = CurrentValue<[DecisionID]>([])
    /// Hears of changed requests, or of what is muted, from the first time that somebody wants to know.
    private let approvalChanges = TableChanges(in: ["approval", "muted_merchant"])
    /// The same of decisions that are written down, tried or settled.
    private let outboxChanges = TableChanges(in: ["outbox"])

    /// Opens the database at a path, making it or bringing it to the newest schema as need be; one that is damaged is mended.
    ///
    /// - Parameter now: What a damaged database is kept under, beside the new one.
    init(path: String, at now: Timestamp = SystemClock().now()) throws(StorageError) {
        do {
            (database, recovery) = try WalletStore.openRepaired(path, at: now)
        } catch {
            throw StorageError(error, at: path)
        }
        self.path = path
        mark = DamageMark(ofDatabase: path)
        inline = nil
        isReadOnly = false
    }

    /// Uses a connection that only reads.
    init(_ connection: ReadOnlyDatabase) {
        database = connection.queue
        path = connection.path
        isReadOnly = true
        // Without SQLite's locks a sound file may look damaged while another process writes.
        mark = connection.isLocking ? DamageMark(ofDatabase: connection.path) : nil
        inline = nil
        recovery = nil
    }

    /// Uses a database that is open already, and has the newest schema.
    init(_ inline: InlineDatabase) {
        database = inline.queue
        self.inline = inline
        path = nil
        isReadOnly = false
        mark = nil
        recovery = nil
    }

    deinit {
        // The connection that closes last moves the log into the file, which a read-only one can't: this one goes
        // first.
        brief.withLock { try? $0?.close() }
    }

    /// Closes every connection; whoever comes later hears that it is closed. Nobody may be reading or writing.
    ///
    /// - Throws: SQLite's error where a connection can't be closed; then it stays open.
    @concurrent
    func close() async throws {
        gate.onClose { [approvalChanges, outboxChanges] in
            approvalChanges.count.finish()
            outboxChanges.count.finish()
        }
        guard inline == nil else { return }
        // First, as above.
        try brief.withLock { try $0?.close() }
        try database.close()
    }

    /// What made the schema what it is, oldest first. What has been shipped is never changed.
    private static let migrations: [(name: String, migrate: @Sendable (Database) throws -> Void)] = [
        ("v1", migrateV1), ("v2", migrateV2), ("v3", migrateV3), ("v4", migrateV4), ("v5", migrateV5),
        ("v6", migrateV6),
        ("v7", migrateV7), ("v8", migrateV8), ("v9", migrateV9), ("v10", migrateV10),
        ("v11", migrateV11),
    ]

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for (name, migrate) in migrations { migrator.registerMigration(name, migrate: migrate) }
        return migrator
    }

    /// Brings a database's schema up to date: a new one in one commit, which on a phone is a tenth of the time.
    static func migrate(_ database: some DatabaseWriter) throws {
        try database.writeWithoutTransaction { db in
            guard try SchemaVersion(of: db) == .none else { return }
            try db.inTransaction(.immediate) {
                // Another process may have made it meanwhile.
                guard try SchemaVersion(of: db) == .none else { return .commit }
                // As the migrator keeps it, which then finds nothing to do.
                try db.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
                for (name, migrate) in migrations {
                    try migrate(db)
                    try db.execute(sql: "INSERT INTO grdb_migrations VALUES (?)", arguments: [name])
                }
                return .commit
            }
        }
        try migrator.migrate(database)
    }

    /// Reads one consistent state of the database.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        if isReadOnly { return try await readBriefly(body) }
        return try await use {
            if let inline { return try inline.read(body) }
            return try await database.read(body)
        }
    }

    /// Reads one consistent state on the caller's thread, which spares the ways to a database's own and back: for what is
    /// over in well under a millisecond at any size.
    ///
    /// Such reads have a connection of their own: whoever waits for it waits for another of them, and never for a reader of
    /// the pool that would need this very thread to go on.
    func readBriefly<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await use {
            if let inline { return try inline.read(body) }
            return try await readOnConnection(body)
        }
    }

    private func briefReader() throws -> DatabaseQueue {
        if isReadOnly, let queue = database as? DatabaseQueue { return queue }
        return try brief.withLock { brief in
            if let brief { return brief }
            var configuration = Configuration()
            configuration.label = "wallet.brief"
            configuration.readonly = true
            configuration.busyMode = .timeout(10)
            let queue = try DatabaseQueue(path: database.path, configuration: configuration)
            brief = queue
            return queue
        }
    }

    @concurrent
    private func readOnConnection<Value: Sendable>(
        _ body: @Sendable (Database) throws -> Value
    ) async throws -> Value {
        // Opening it reads the disk, so that is not done where the caller is either.
        let queue = try briefReader()
        func read() throws -> Value {
            try queue.unsafeRead { db in
                // GRDB would prepare these two anew each time, which takes as long as finding a row.
                try db.step("BEGIN")
                defer { _ = try? db.step("COMMIT") }
                return try body(db)
            }
        }
        return try read()
    }

    /// Writes in one transaction: all of it is durable on return, or none of it happened.
    func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await use {
            if let inline { return try inline.write(body) }
            return try await database.write(body)
        }
    }

    /// Writes in one transaction on the caller's thread, which spares the ways to a database's own and back: for a few rows
    /// that a person waits for. A cancelled task writes all the same.
    ///
    /// Whoever waits for another writer holds a thread of the pool meanwhile; that writer has one of its own, and goes on.
    func writeBriefly<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await use {
            if let inline { return try inline.write(body) }
            return try await WalletStore.write(to: database, body)
        }
    }

    @concurrent
    private static func write<Value: Sendable>(
        to database: any DatabaseWriter, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        // In an async function a direct call would choose GRDB's asynchronous overload.
        func write() throws -> Value { try database.write(body) }
        return try write()
    }

    /// Works on the database outside of a transaction, where it is a file of its own.
    func maintain(_ body: @escaping @Sendable (Database) throws -> Void) async throws {
        guard inline == nil else { return }
        try await use { try await database.writeWithoutTransaction(body) }
    }

    /// Uses the database, which is not closed meanwhile.
    private func use<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            try gate.enterDatabase()
            defer { gate.leaveDatabase() }
            return try await body()
        } catch {
            throw Self.failure(error, at: path, mark)
        }
    }

    /// What a caller is told; damage is noted for the next start.
    private static func failure(_ error: any Error, at path: String?, _ mark: DamageMark?) -> any Error {
        guard error is DatabaseError || error is StorageError else { return error }
        let failure = StorageError(error, at: path)
        guard failure.isDamage else { return failure }
        // A newer version may have migrated the tables since they were opened.
        if let path, SchemaVersion(ofFile: path) == .newer { return StorageError.newerVersion(path) }
        mark?.leave()
        return failure
    }

    /// Has watchers look again if another process has written since this was last asked: SQLite tells a process of its own
    /// changes only.
    ///
    /// Others may go on writing meanwhile, unless there is news.
    func noteChangesByOthers() async throws {
        // An inline database sees all changes itself.
        guard inline == nil else { return }
        try await use {
            try await database.writeWithoutTransaction { db in
                // `data_version` counts for one connection: always ask the same one.
                let version = try db.step("PRAGMA data_version")
                let isChange = self.version.withLock { known in
                    defer { known = version }
                    return known != version
                }
                guard isChange else { return }
                try db.inTransaction {
                    try db.notifyChanges(in: .fullDatabase)
                    return .commit
                }
            }
        }
    }

    /// Changes with each commit of this process that changed requests, or what is muted; and with what others wrote, once
    /// ``noteChangesByOthers()`` has found that.
    func watchedApprovalChanges() async throws -> CurrentValue<Int> { try await count(approvalChanges) }

    /// The same of the outbox.
    func watchedOutboxChanges() async throws -> CurrentValue<Int> { try await count(outboxChanges) }

    private func count(_ changes: TableChanges) async throws -> CurrentValue<Int> {
        try gate.enterDatabase()
        defer { gate.leaveDatabase() }
        if let inline {
            if changes.begin() { inline.queue.add(transactionObserver: changes) }
        } else {
            // A second caller waits here until the first has registered the observer.
            try await database.writeWithoutTransaction { db in
                if changes.begin() { db.add(transactionObserver: changes) }
            }
        }
        return changes.count
    }

    /// What a query gives now, and again each time its answer has changed.
    ///
    /// - Parameter body: Reads the same tables each time: then what it gives is found out beside the next write, not within
    ///   it, and several writes may need but one look.
    func watch<Value: Equatable & Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) -> StoreValues<Value> {
        if let inline {
            return StoreValues(gate, keepsNewestAlone: true) { values, _ in inline.deliver(body, to: values) }
        }
        let (path, mark) = (path, mark)
        return StoreValues(gate) { [database] continuation, reader in
            let observation = ValueObservation.trackingConstantRegion { db in
                // GRDB keeps this for as long as it may go on to read, also after it has been cancelled.
                try withExtendedLifetime(reader) {
                    do { return try body(db) } catch { throw Self.failure(error, at: path, mark) }
                }
            }
            .removeDuplicates()
            let observing = Mutex<AnyDatabaseCancellable?>(
                observation.start(
                    in: database, scheduling: .task, onError: { continuation.finish(throwing: $0) },
                    onChange: { continuation.yield($0) }))
            return { observing.withLock { $0.take() }?.cancel() }
        }
    }
}
