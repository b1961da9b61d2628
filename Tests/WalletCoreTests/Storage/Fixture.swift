import FexValues
import Foundation
import GRDB
import Testing

@testable import WalletCore

/// A database as one shipped version of the wallet left it.
///
/// It is made from that version's migrations and never again once it has shipped: `MAKE_FIXTURES=1` makes those of the newest
/// version, and any that is missing.
struct Fixture: CustomTestStringConvertible {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    static let schema = folder.appending(path: "schema.sql")
    static let all = WalletStore.migrator.migrations.map { Fixture(version: $0) }
    static let isMaking = ProcessInfo.processInfo.environment["MAKE_FIXTURES"] != nil

    let version: String

    var file: URL { Fixture.folder.appending(path: "\(version).sqlite") }
    var testDescription: String { version }

    /// The tables, indexes and triggers of a database, but for those that are FTS5's own.
    static func schema(of database: some DatabaseReader) throws -> String {
        try database.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT sql || ';' FROM sqlite_master
                    WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'ledger\\_text\\_%' ESCAPE '\\'
                    ORDER BY type <> 'table', type, name
                    """
            ).joined(separator: "\n\n") + "\n"
        }
    }

    func migrated() throws -> DatabaseQueue {
        let queue = try DatabaseQueue()
        try WalletStore.migrator.migrate(queue, upTo: version)
        return queue
    }

    /// Makes the file, if it is to be made.
    func make() async throws {
        let isThere = FileManager.default.fileExists(atPath: file.path)
        guard Fixture.isMaking, !isThere || version == Fixture.all.last?.version else { return }
        let queue = try migrated()
        try await queue.write { try $0.execute(sql: Fixture.rows) }
        if Int(version.dropFirst())! < 5 {
            try await queue.write { try $0.execute(sql: Fixture.ledger) }
        } else {
            let store = WalletStore(InlineDatabase(queue) { _ in })
            try await store.saveTransactions(try Fixture.transactions(), next: nil)
        }
        try? FileManager.default.removeItem(at: file)
        try await queue.writeWithoutTransaction { [path = file.path] db in
            try db.execute(sql: "VACUUM INTO ?", arguments: [path])
        }
    }

    /// What every version has, in the columns of the first.
    private static let rows = """
        INSERT INTO account (id, wallet_id, user_id, scan_token, balance, currency, version, as_of, device_id)
            VALUES (1, 'wal_1', 'user_1', 'wal_1', 91000, 'USD', 7, 1767268800000, 'dev_1');
        \(intent("3f0c3d1e-52a4-4c8e-9d1b-6a7b8c9d0e1f", "completed"));
        \(intent("pi_queued", "pending"));
        \(intent("pi_declined", "pending_approval"));
        \(intent("pi_asked", "pending_approval"));
        \(decision("dec_1", "3f0c3d1e-52a4-4c8e-9d1b-6a7b8c9d0e1f", "pay", "confirmed"));
        \(decision("dec_2", "pi_queued", "pay", "waiting"));
        \(decision("dec_3", "pi_declined", "decline", "unknown"));
        INSERT INTO outbox (decision_id, attempts, next_attempt_at, waiting_for)
            VALUES ('dec_2', 3, 1767268860000, 'no network'), ('dec_3', 1, 1767268800000, NULL);
        INSERT INTO approval (intent_id, first_seen_at, came_by)
            VALUES ('pi_declined', 1767268800000, 'stream'), ('pi_asked', 1767268800001, 'push');
        INSERT INTO feed (name, after, etag) VALUES ('approvals', 4, '"4"'), ('transactions', 5, NULL);
        INSERT INTO sync_state (id, last_sync_at, server_offset) VALUES (1, 1767268800000, 250);
        """

    private static func intent(_ id: String, _ status: String) -> String {
        """
        INSERT INTO payment_intent (id, merchant_id, merchant_name, status, expires_at, fetched_at, document)
            VALUES ('\(id)', 'mer_1', 'Café Zoë', '\(status)', 1767272400000, 1767268800000,
            '{"id":"\(id)","merchant_id":"mer_1","merchant_name":"Café Zoë","amount":"35.50","currency":"USD",\
        "status":"\(status)","expires_at":"2026-01-01T13:00:00Z"}')
        """
    }

    private static func decision(_ id: String, _ intent: String, _ kind: String, _ state: String) -> String {
        let settled = state == "confirmed" ? "1767268801000" : "NULL"
        return """
            INSERT INTO decision (id, intent_id, kind, amount, currency, merchant_id, idempotency_key, body, decided_at,
                expires_at, state, may_have_left, reason, settled_at, transaction_id)
                VALUES ('\(id)', '\(intent)', '\(kind)', 3550, 'USD', 'mer_1', 'key-\(id)',
                CAST('{"amount":"35.50"}' AS BLOB), 1767268800000, 1767272400000, '\(state)',
                \(state == "waiting" ? 0 : 1), NULL, \(settled), NULL)
            """
    }

    /// The ledger in the columns of the first version.
    private static let ledger = """
        INSERT INTO ledger_transaction (id, sequence, intent_id, type, status, amount, currency, from_account, to_account,
            description, created_at, completed_at)
        VALUES
            ('0b9f7a52-1c3d-4e5f-8a6b-7c8d9e0f1a2b', 1, '3f0c3d1e-52a4-4c8e-9d1b-6a7b8c9d0e1f', 'payment', 'completed',
                3550, 'USD', 'wal_1', 'acc_1', 'Two coffees', 1767268800000, 1767268801000),
            ('tx_2', 2, NULL, 'topup', 'completed', 10000, 'USD', 'acc_2', 'wal_1', NULL, 1767268800000, 1767268800000),
            ('TX-3', 3, NULL, 'payment', 'processing', 1, 'USD', 'wal_1', 'acc_3', '日本 Ünicode', 1767268800000, NULL),
            ('tx_4', 4, '3f0c3d1e-52a4-4c8e-9d1b-6a7b8c9d0e1f', 'refund', 'completed', 3550, 'USD', 'acc_1', 'wal_1',
                'Back', 1767268900000, 1767268900000),
            ('tx_5', NULL, 'pi_unknown', 'payment', 'completed', 99, 'EUR', 'wal_1', 'acc_1', NULL, 1767000000000, NULL)
        """

    /// The same as the platform says it.
    private static func transactions() throws -> [LedgerTransaction] {
        let queue = try DatabaseQueue()
        try WalletStore.migrator.migrate(queue, upTo: "v1")
        let rows = try queue.write { db in
            try db.execute(sql: ledger)
            return try Row.fetchAll(db, sql: "SELECT * FROM ledger_transaction")
        }
        return try rows.map { row in
            func text(_ column: String) -> JSON { .optional(row[column]) }
            func time(_ column: String) -> JSON {
                .optional((row[column] as Int64?).map { Timestamp(milliseconds: $0).description })
            }
            let amount = try Money(minorUnits: row["amount"], currency: Currency(row["currency"]))
            return try LedgerTransaction(
                document: [
                    "transaction_id": text("id"), "seq": (row["sequence"] as Int?).map { .integer($0) } ?? .null,
                    "metadata": ["payment_intent_id": text("intent_id")], "transaction_type": text("type"),
                    "status": text("status"),
                    "amount": .string(amount.decimalString), "currency": text("currency"),
                    "from_account_id": text("from_account"), "to_account_id": text("to_account"),
                    "description": text("description"), "created_at": time("created_at"),
                    "completed_at": time("completed_at"),
                ])
        }
    }
}
