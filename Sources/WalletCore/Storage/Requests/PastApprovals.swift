import FexValues
import GRDB

/// Removes requests that are long past, with their intents: whoever may ask this customer must not fill the device.
///
/// One that was decided on here, that was paid, or that the ledger knows stays for good. Of the others the newest stay: an
/// answer of the platform that was overtaken, and says that such a request still waits, must find it. One that was removed
/// is not asked again: the feed has passed it, and who hears of it otherwise asks the platform, which says that it is over.
enum PastApprovals {
    /// How many of those that are over stay, the newest.
    static let most = 1000
    /// How many new requests there are from one removal to the next, each of which removes up to twice as many.
    static let batch: Int64 = 64

    /// How long an answer may be on its way, and more.
    private static let longestAnswer: Duration = .seconds(300)
    /// How long the platform may keep to itself that one has expired.
    private static let longestSilence: Duration = .seconds(7 * 86_400)

    /// Removes some, the oldest first.
    ///
    /// - Parameters:
    ///   - limit: How many at most.
    ///   - now: The platform's time.
    /// - Returns: Whether there may be more.
    @discardableResult
    static func remove(_ db: Database, limit: Int = 2 * Int(batch), at now: Timestamp) throws -> Bool {
        var past = try fetchOver(db, before: now.advanced(by: .zero - longestAnswer), limit: limit)
        past += try fetchExpired(db, before: now.advanced(by: .zero - longestSilence), limit: limit - past.count)
        for intent in past { try remove(intent, db) }
        return past.count == limit
    }

    /// Those said to be over, but for the newest.
    private static func fetchOver(_ db: Database, before: Timestamp, limit: Int) throws -> [String] {
        let newestToGo = """
            SELECT revision FROM approval INDEXED BY approval_past WHERE open_until IS NULL AND is_kept = 0
            ORDER BY revision DESC LIMIT 1 OFFSET \(most)
            """
        guard let revision = try db.row(newestToGo, [], { try $0.integer(0, "approval.revision") }) else { return [] }
        let oldest = """
            SELECT intent_id, fetched_at
            FROM approval INDEXED BY approval_past CROSS JOIN payment_intent ON payment_intent.id = intent_id
            WHERE open_until IS NULL AND is_kept = 0 AND revision <= ? ORDER BY revision LIMIT ?
            """
        let found = try db.rows(oldest, [revision, limit]) { row in
            (intent: try row.text(0, "approval.intent_id"), at: try row.time(1, "payment_intent.fetched_at"))
        }
        // They are ordered by when they were last heard of.
        return found.prefix { $0.at < before }.map(\.intent)
    }

    /// Those of which the platform never said that they expired.
    private static func fetchExpired(_ db: Database, before: Timestamp, limit: Int) throws -> [String] {
        let sql = """
            SELECT intent_id FROM approval INDEXED BY approval_open
            WHERE open_until < ? AND is_kept = 0 ORDER BY open_until LIMIT ?
            """
        return try db.rows(sql, [before.milliseconds, limit]) { try $0.text(0, "approval.intent_id") }
    }

    private static func remove(_ intent: String, _ db: Database) throws {
        let isInLedger = try db.answers(
            "SELECT EXISTS (SELECT 1 FROM ledger_transaction WHERE intent_id = ?)",
            [IntentID(intent).map { StoredID($0) }])
        guard !isInLedger else {
            try db.executeCached(sql: "UPDATE approval SET is_kept = 1 WHERE intent_id = ?", arguments: [intent])
            return
        }
        try db.executeCached(sql: "DELETE FROM approval WHERE intent_id = ?", arguments: [intent])
        try db.executeCached(sql: "DELETE FROM payment_intent WHERE id = ?", arguments: [intent])
    }
}
