import FexValues
import GRDB

extension WalletStore {
    /// Mutes a merchant.
    func mute(_ merchant: MerchantID, at now: Timestamp) async throws {
        try await write { db in
            try db.executeCached(
                sql: "INSERT INTO muted_merchant (merchant_id, muted_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
                arguments: [merchant.rawValue, now.milliseconds])
        }
    }

    /// Ends the muting of a merchant.
    func unmute(_ merchant: MerchantID) async throws {
        try await write { db in
            try db.executeCached(
                sql: "DELETE FROM muted_merchant WHERE merchant_id = ?", arguments: [merchant.rawValue])
        }
    }

    /// The merchants that are muted, in the order in which they were.
    func loadMutedMerchants() async throws -> [MerchantID] {
        try await read { try MutedMerchants.fetch($0) }
    }
}

/// What the customer does not want to be told of each time.
enum MutedMerchants {
    /// In the order in which they were muted.
    static func fetch(_ db: Database) throws -> [MerchantID] {
        let sql = "SELECT merchant_id FROM muted_merchant ORDER BY rowid"
        return try db.rows(sql) { try $0.id(0, "muted_merchant.merchant_id") }
    }

    /// Those of whom several requests wait.
    static func fetchQuiet(_ db: Database, at now: Timestamp) throws -> Set<MerchantID> {
        let sql = """
            SELECT merchant_id FROM muted_merchant WHERE EXISTS (
                SELECT 1 FROM approval INDEXED BY approval_open_of_merchant
                WHERE approval.merchant_id = muted_merchant.merchant_id AND \(StoredApproval.isWaiting) LIMIT 1 OFFSET 1)
            """
        return Set(try db.rows(sql, ["now": now.milliseconds]) { try $0.id(0, "muted_merchant.merchant_id") })
    }
}

extension ApprovalGroup {
    /// The requests that wait for the customer, by merchant; who asked last comes first.
    ///
    /// - Parameter newest: How many requests of each are read.
    static func fetch(_ db: Database, newest: Int, at now: Timestamp) throws -> [ApprovalGroup] {
        let muted = Set(try MutedMerchants.fetch(db))
        let sql = """
            SELECT merchant_id, count(*) FROM approval INDEXED BY approval_open
            WHERE \(StoredApproval.isWaiting) GROUP BY merchant_id
            """
        let counts = try db.rows(sql, ["now": now.milliseconds]) { row in
            (merchant: try row.id(0, "approval.merchant_id") as MerchantID, count: try row.count(1, "approval"))
        }
        let groups = try counts.map { merchant, count in
            let requests = try StoredApproval.fetch(
                db, where: StoredApproval.isWaitingOfMerchant,
                ["merchant": merchant.rawValue, "newest": max(1, newest)], at: now
            ).read(at: now)
            return ApprovalGroup(
                merchant: merchant, requests: requests, count: count, isMuted: muted.contains(merchant))
        }
        return groups.sorted { left, right in
            guard let newest = left.requests.first, let other = right.requests.first else { return false }
            return (other.firstSeenAt, left.merchant.rawValue) < (newest.firstSeenAt, right.merchant.rawValue)
        }
    }
}
