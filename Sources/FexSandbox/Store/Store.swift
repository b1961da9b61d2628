import FexValues
import Foundation
import GRDB
import GRDBSQLite

/// Everything the sandbox knows, in one SQLite database: in memory, or in a file of the state directory.
///
/// Each request runs in one transaction, which either commits whole or leaves nothing.
final class Store: Sendable {
    private let queue: DatabaseQueue
    private let clock: SandboxClock
    private let entropy: Entropy
    private let extendsWebhooks: Bool
    private let guesses = GuessLimiter()

    /// Opens the database and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - directory: Where `sandbox.sqlite` lies or is made; `nil` keeps everything in memory.
    ///   - extendsWebhooks: Whether merchants are told of what is not documented too.
    init(directory: URL?, clock: SandboxClock, entropy: Entropy, extendsWebhooks: Bool = false) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
        }
        if let directory {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            queue = try DatabaseQueue(
                path: directory.appending(path: "sandbox.sqlite").path, configuration: configuration)
        } else {
            queue = try DatabaseQueue(configuration: configuration)
        }
        self.clock = clock
        self.entropy = entropy
        self.extendsWebhooks = extendsWebhooks
        try Schema.migrator.migrate(queue)
    }

    /// Runs a piece of business in one transaction, with what was due before it already done.
    ///
    /// Intents past their `expires_at` are expired first, and refunds whose time has come are posted, so nobody ever sees
    /// one that is late. What comes of it is told to those who carry out effects, once it is committed.
    func transaction<Value: Sendable>(
        _ business: @escaping @Sendable (StoreTransaction) throws -> Value
    ) async throws -> Value {
        let (value, hasEffects) = try await queue.write { [clock, entropy, extendsWebhooks, guesses] db in
            let transaction = StoreTransaction(
                db: db, now: clock.now, entropy: entropy, guesses: guesses, extendsWebhooks: extendsWebhooks)
            let changesBefore = db.totalChangesCount
            try transaction.expireDueIntents()
            try transaction.postDueRefunds()
            let value = try business(transaction)
            return (value, db.totalChangesCount != changesBefore)
        }
        // Whoever waits for something due, or for an event to publish, looks again.
        if hasEffects { clock.nudge() }
        return value
    }
}

extension Sandbox {
    /// The version of SQLite that keeps the sandbox's state: `3.40.1`.
    public static var storageVersion: String {
        guard let version = unsafe sqlite3_libversion() else { return "unknown" }
        return unsafe String(cString: version)
    }
}
