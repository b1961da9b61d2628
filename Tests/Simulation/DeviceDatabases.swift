import FexValues
import Foundation
import GRDB
import WalletCore
import WalletTesting

/// Databases as after a login, for one world after the other: what SQLite prepared for one serves the next.
final class DeviceDatabases {
    /// Each before those that it refers to, or that are kept with it.
    private static let tableNames = [
        "outbox", "approval", "decision", "payment_intent", "ledger_doubt", "ledger_transaction", "month_total",
        "payee_total", "payee", "label", "ledger_word", "ledger_state", "feed", "sync_state", "account",
        "muted_merchant", "quarantine", "spending_limit",
    ]

    /// The platform as it is then: it knows the devices' keys.
    let platform: PlatformModel
    private let template: DatabaseQueue
    /// What the tables hold after a login.
    private let tables: [(name: String, rows: [Row])]
    private var idle: [DatabaseQueue] = []

    /// - Throws: What SQLite throws where it can't have a database in memory.
    init() throws {
        var rules = PlatformModel.Rules()
        rules.proofs = Plan.proofs
        rules.approvalsPerPage = 3
        rules.transactionsPerPage = 3
        var platform = PlatformModel(
            customer: .init(wallet: World.wallet, user: "usr_1", scanToken: "scan_1"), balance: 50_000,
            identityAddress: "https://p.test", rules: rules)
        for number in 0..<2 {
            _ = platform.registerDevice(
                privateKey: Self.key(ofDevice: number), at: Timestamp(milliseconds: World.beginning))
        }
        self.platform = platform
        template = try InlineDatabase.makeQueue()
        tables = try template.write { db in
            try db.execute(
                sql: """
                    INSERT INTO account (id, wallet_id, user_id, scan_token, balance, currency, version, as_of, device_id)
                    VALUES (1, 'wal_1', 'usr_1', 'scan_1', 50000, 'USD', 1, 1800000000000, 'dev_1')
                    """)
            let all = try String.fetchAll(
                db,
                sql: """
                    SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
                        AND name NOT LIKE 'sqlite_%' AND name <> 'grdb_migrations'
                    """)
            precondition(Set(all) == Set(Self.tableNames), "a table would not be emptied")
            return try Self.tableNames.map { ($0, try Row.fetchAll(db, sql: "SELECT * FROM \($0)")) }
        }
    }

    /// The private key of a device.
    static func key(ofDevice number: Int) -> Data { Data(repeating: UInt8(7 + number), count: 32) }

    /// A database that nobody else uses.
    func take(for device: Int) throws -> DatabaseQueue {
        let queue = try take()
        guard device > 0 else { return queue }
        try queue.write { db in
            try db.executeCached("UPDATE account SET device_id = 'dev_\(device + 1)'")
        }
        return queue
    }

    private func take() throws -> DatabaseQueue {
        guard let used = idle.popLast() else {
            let queue = try DatabaseQueue()
            try template.backup(to: queue)
            return queue
        }
        try used.write { db in
            try db.executeCached("INSERT INTO ledger_text (ledger_text) VALUES ('delete-all')")
            for table in tables { try db.executeCached("DELETE FROM \(table.name)") }
            for table in tables.reversed() {
                for row in table.rows {
                    let places = row.map { _ in "?" }.joined(separator: ", ")
                    try db.executeCached("INSERT INTO \(table.name) VALUES (\(places))", row.databaseValues)
                }
            }
        }
        return used
    }

    /// Takes back what a world used that has ended.
    func giveBack(_ queue: DatabaseQueue) { idle.append(queue) }
}

extension Database {
    fileprivate func executeCached(_ sql: String, _ arguments: some Sequence<DatabaseValue> = []) throws {
        try cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
    }
}
