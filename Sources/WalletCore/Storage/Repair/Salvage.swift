import FexValues
import Foundation
import GRDB
import SQLiteSalvage

/// Moves what can be read of a damaged database into a new one.
///
/// What comes again from the platform is left: the ledger, and how far the feeds were read. Nothing is taken over that the
/// schema refuses, or that the wallet could not read afterwards.
struct Salvage {
    private let db: Database
    private let now: Timestamp
    private(set) var lost: Set<String> = []
    var report = StoreRecovery(damagedCopy: "")

    /// - Parameter now: When something was, of which that can't be read.
    init(_ db: Database, at now: Timestamp) {
        self.db = db
        self.now = now
    }

    mutating func run(_ pages: DatabasePages) throws {
        let found = try SalvagedTables(pages, in: db)
        for intent in found.rows["payment_intent"] ?? [] { try add(intent: intent) }
        for decision in found.rows["decision"] ?? [] { try add(decision: decision) }
        for approval in found.rows["approval"] ?? [] { try add(approval: approval) }
        for outboxRow in found.rows["outbox"] ?? [] { try add(outboxRow: outboxRow) }
        for merchant in found.rows["muted_merchant"] ?? [] {
            if let merchant = SalvagedCells(merchant, at: now).mutedMerchant { try add(merchant, to: "muted_merchant") }
        }
        for limit in found.rows["spending_limit"] ?? [] {
            if let limit = SalvagedCells(limit, at: now).spendingLimit { try add(limit, to: "spending_limit") }
        }
        for table in ["account", "sync_state"] {
            for row in found.rows[table] ?? [] {
                let cells = SalvagedCells(row, at: now)
                if let row = table == "account" ? cells.account : cells.syncState {
                    try add(row, to: table, rowid: "id")
                }
            }
        }
        try finish(found)
    }

    private mutating func finish(_ found: SalvagedTables) throws {
        if (try? loadAccount()) == nil { try db.execute(sql: "DELETE FROM account") }
        if (try? SyncState.serverTime(db)) == nil { try db.execute(sql: "DELETE FROM sync_state") }
        report.hasAccount = try count("account") == 1
        report.decisions = try count("decision")
        report.unsettled = try count("outbox")
        report.requests = try count("approval")
        report.hasAllDecisions = found.isWhole("decision") && lost.isEmpty
        report.lostDecisions = lost.count
    }

    private func count(_ table: String) throws -> Int {
        try db.row("SELECT count(*) FROM \(table)") { try $0.count(0, table) } ?? 0
    }

    private func loadAccount() throws -> Account? { try Account.load(db) }

    // MARK: - Rows

    private func add(intent row: [String: DatabaseValue]) throws {
        guard let intent = SalvagedCells(row, at: now).intent else { return }
        try add(intent, to: "payment_intent")
    }

    private mutating func add(decision row: [String: DatabaseValue]) throws {
        guard let id = String.fromDatabaseValue(row["id"] ?? .null) else { return }
        guard let row = SalvagedCells(row, at: now).decision else {
            lost.insert(id)
            return
        }
        try insertPlaceholder(
            for: row["intent_id"], amount: row["amount"], currency: row["currency"], merchant: row["merchant_id"],
            expiresAt: row["expires_at"])
        try add(row, to: "decision")
        try enqueue(id)
        // The schema may have refused it in favour of another row, which was read first.
        if let kept = try? Decision.fetch(db, "WHERE decision.id = ?", [id]), !kept.isEmpty { return }
        try db.execute(sql: "DELETE FROM outbox WHERE decision_id = ?", arguments: [id])
        try db.execute(sql: "DELETE FROM decision WHERE id = ?", arguments: [id])
        lost.insert(id)
    }

    /// Keeps that a request was asked even if nothing else of it can be read, so that it is not shown as new later.
    private func add(approval row: [String: DatabaseValue]) throws {
        guard let row = SalvagedCells(row, at: now).approval else { return }
        try insertPlaceholder(
            for: row["intent_id"], amount: row["first_amount"], currency: row["first_currency"],
            merchant: row["first_merchant_id"], expiresAt: row["first_seen_at"])
        try add(row, to: "approval")
    }

    private mutating func add(outboxRow row: [String: DatabaseValue]) throws {
        guard let id = String.fromDatabaseValue(row["decision_id"] ?? .null) else { return }
        let isSettled = try db.row("SELECT settled_at IS NOT NULL FROM decision WHERE id = ?", [id]) {
            try $0.flag(0, "decision.settled_at")
        }
        if isSettled == nil { lost.insert(id) }
        guard isSettled == false, let row = SalvagedCells(row, at: now).outboxRow else { return }
        try db.execute(sql: "DELETE FROM outbox WHERE decision_id = ?", arguments: [id])
        try add(row, to: "outbox")
        try enqueue(id)
    }

    /// What is not settled is to be sent, whether or not it is known when it was to be.
    private func enqueue(_ decision: String) throws {
        try db.execute(
            sql: """
                INSERT INTO outbox (decision_id, attempts, next_attempt_at)
                SELECT id, may_have_left, decided_at FROM decision
                WHERE id = ? AND settled_at IS NULL AND id NOT IN (SELECT decision_id FROM outbox)
                """, arguments: [decision])
    }

    /// An intent of which only this is known, until the platform shows it again.
    private func insertPlaceholder(
        for intent: DatabaseValue?, amount: DatabaseValue?, currency: DatabaseValue?, merchant: DatabaseValue?,
        expiresAt: DatabaseValue?
    ) throws {
        guard let intent = String.fromDatabaseValue(intent ?? .null),
            let minorUnits = Int64.fromDatabaseValue(amount ?? .null),
            let code = String.fromDatabaseValue(currency ?? .null),
            let merchant = String.fromDatabaseValue(merchant ?? .null),
            let expiresAt = Int64.fromDatabaseValue(expiresAt ?? .null),
            let money = try? Money(minorUnits: minorUnits, currency: Currency(code))
        else { return }
        let document: JSON = [
            "id": .string(intent), "merchant_id": .string(merchant), "amount": .string(money.decimalString),
            "currency": .string(code), "status": "pending",
            "expires_at": .string(Timestamp(milliseconds: expiresAt).description),
        ]
        guard (try? PaymentIntent(document: document)) != nil else { return }
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO payment_intent (id, merchant_id, status, expires_at, fetched_at, document)
                VALUES (?, ?, 'pending', ?, 0, ?)
                """, arguments: [intent, merchant, expiresAt, document.text])
    }

    /// Adds a row, unless it is there already or can't be one.
    private func add(_ row: [String: DatabaseValue], to table: String, rowid: String = "rowid") throws {
        var row = row
        if row[rowid]?.isNull != false { row[rowid] = row["rowid"] }
        if rowid != "rowid" { row["rowid"] = nil }
        if try !insert(row, into: table), rowid == "rowid" {
            row["rowid"] = nil
            _ = try insert(row, into: table)
        }
    }

    private func insert(_ row: [String: DatabaseValue], into table: String) throws -> Bool {
        let columns = row.keys.sorted()
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        do {
            try db.execute(
                sql: "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(marks))",
                arguments: StatementArguments(columns.map { row[$0] }))
            return true
        } catch let error as DatabaseError where [.SQLITE_CONSTRAINT, .SQLITE_MISMATCH].contains(error.resultCode) {
            return false
        }
    }
}
