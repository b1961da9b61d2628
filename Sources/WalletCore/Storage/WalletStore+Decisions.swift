import FexValues
import Foundation
import GRDB

extension WalletStore {
    /// What a new decision on an intent is checked against.
    ///
    /// - Parameter today: The person's day, in which a limit of theirs counts.
    /// - Throws: ``SessionError/notLoggedIn``; ``DecisionError/unknownIntent``.
    func loadContext(of intent: IntentID, today: Range<Timestamp>) async throws -> DecisionContext {
        try await readBriefly { try DecisionContext.load($0, intent, today: today) }
    }

    /// Writes a decision down together with its row in the outbox, unless one stands on the intent already.
    ///
    /// - Parameters:
    ///   - draft: The decision as it is before its first attempt.
    ///   - time: What is known of the platform's time, for the next start.
    ///   - today: The person's day, in which a limit of theirs counts.
    ///   - begin: Checks the draft against how things stand in this very transaction, and begins its first attempt; throws
    ///     or returns `nil` where it is not to be written down.
    /// - Returns: The decision that stands: this one with what to do next, or the earlier one with `nil`.
    func record(
        _ draft: Decision, _ time: ServerTime.Memory, today: Range<Timestamp>,
        _ begin: @escaping @Sendable (inout Decision, DecisionContext) throws -> Decision.Action?
    ) async throws -> (decision: Decision, action: Decision.Action?) {
        try await writeBriefly { db in
            let context = try DecisionContext.load(db, draft.terms.intent, today: today)
            var decision = draft
            guard let action = try begin(&decision, context) else { return (context.standing ?? draft, nil) }
            try self.save(time, db)
            try decision.insert(db)
            if decision.kind != .pay {
                // A request that was answered by its id belongs to the inbox as well.
                try context.intent.saveToInbox(db, at: decision.decidedAt, cameBy: .feed)
            }
            return (decision, action)
        }
    }

    /// The latest decision on an intent, also one that came to nothing.
    func loadLatestDecision(on intent: IntentID) async throws -> Decision? {
        try await readBriefly { db in
            try Decision.fetch(
                db, "WHERE decision.intent_id = ? ORDER BY decision.rowid DESC LIMIT 1", [intent.rawValue]
            ).first
        }
    }

    /// What judges the answers to a decision.
    func loadJudge(of decision: Decision) async throws -> AnswerJudge {
        try await readBriefly { db in
            let earlier =
                "SELECT EXISTS (SELECT 1 FROM decision WHERE intent_id = ? AND id <> ? AND kind <> ? AND may_have_left)"
            let arguments: StatementArguments = [
                decision.terms.intent.rawValue, decision.id.rawValue, decision.kind.rawValue,
            ]
            return AnswerJudge(
                kind: decision.kind, terms: decision.terms, wallet: try Account.load(db)?.wallet,
                isSecond: try db.row(earlier, arguments) { try $0.flag(0, "decision") } ?? false)
        }
    }

    /// One decision.
    func loadDecision(_ id: DecisionID) async throws -> Decision? {
        try await readBriefly { try Decision.fetch($0, "WHERE decision.id = ?", [id.rawValue]).first }
    }

    /// The decisions that were opened again since this was last asked.
    func takeReopened() -> [DecisionID] {
        var ids: [DecisionID] = []
        reopened.update { (ids, $0) = ($0, []) }
        return ids
    }

    /// The cursor of the ledger's feed behind which the payment of a decision stands, if there is one.
    func loadSearchStart(of id: DecisionID) async throws -> Int {
        try await readBriefly { db in
            let sql = "SELECT coalesce(ledger_after, 0) FROM decision WHERE id = ?"
            return try db.row(sql, [id.rawValue]) { try $0.count(0, "decision.ledger_after") } ?? 0
        }
    }

    /// The decisions not yet settled, oldest first.
    func loadOutbox() async throws -> [Decision] {
        try await read { try Decision.fetchOutbox($0) }
    }

    /// The decisions not yet settled, oldest first: now, and again whenever one is tried, or that changes.
    func watchOutbox() -> StoreValues<[Decision]> { watch { try Decision.fetchOutbox($0) } }

    /// One decision, now and again whenever it has changed.
    func watchDecision(_ id: DecisionID) -> StoreValues<Decision> {
        watch { db in
            guard let found = try Decision.fetch(db, "WHERE decision.id = ?", [id.rawValue]).first else {
                throw DecisionError.unknownDecision
            }
            return found
        }
    }

    /// A decision with what the platform said of it: its intent, and the payment in the ledger.
    func loadResult(of decision: Decision) async throws -> DecisionResult {
        try await readBriefly { db in
            let intent = decision.terms.intent
            let transaction =
                try LedgerTransaction.fetch(db, decision.transaction)
                ?? LedgerTransaction.fetch(db, of: intent).first { $0.type == .payment }
            return DecisionResult(
                decision: decision, intent: try PaymentIntent.load(intent, db), transaction: transaction)
        }
    }

    /// Lets a decision be changed by its own rules, in one transaction.
    ///
    /// - Parameters:
    ///   - intent: The intent as the platform showed it on this occasion, stored in the same transaction.
    ///   - transaction: The ledger transaction that came about, stored in the same transaction.
    ///   - now: The platform's time, as that of storing the intent.
    /// - Returns: The decision as it stands now, and what the body returned.
    func change<Value: Sendable>(
        _ id: DecisionID, intent: PaymentIntent? = nil, transaction: LedgerTransaction? = nil,
        at now: Timestamp = Timestamp(milliseconds: 0), _ body: @escaping @Sendable (inout Decision) -> Value
    ) async throws -> (decision: Decision, value: Value) {
        try await writeBriefly { db in
            let known = try Decision.fetch(id, db)
            try intent?.save(db, at: now)
            try transaction?.save(asPaymentOf: known.terms, db)
            var decision = known
            let value = body(&decision)
            guard decision != known else { return (decision, value) }
            try decision.update(db)
            // An answer that shows the intent as paid has been stored.
            if decision.state == .confirmed, decision.kind.movesMoney, intent?.status.isPaid != true {
                try PaymentIntent.notePayment(of: decision.terms.intent, db)
            }
            return (decision, value)
        }
    }
}

extension DecisionContext {
    fileprivate static func load(
        _ db: Database, _ intent: IntentID, today: Range<Timestamp>
    ) throws -> DecisionContext {
        guard let account = try Account.load(db), let device = try DeviceID.load(db) else {
            throw SessionError.notLoggedIn
        }
        guard let found = try PaymentIntent.load(intent, db) else { throw DecisionError.unknownIntent }
        let limit = try SpendingLimit.load(of: found.amount.currency, db)
        return DecisionContext(
            wallet: account.wallet, device: device, intent: found,
            standing: try Decision.loadStanding(on: intent, db), limit: limit,
            agreedToday: try limit?.daily.map { try Decision.agreed(in: today, $0.currency, db) })
    }
}

extension Decision {
    /// ``DecisionState/stands`` in SQL, as the condition of the index that enforces it has it: a partial index is used only
    /// where a query repeats its condition.
    static let stands =
        "decision.state NOT IN (\(DecisionState.allCases.filter { !$0.stands }.map { "'\($0.rawValue)'" }.joined(separator: ", ")))"

    /// All that waits, row by row: a decision that can't be found by its id is missed.
    fileprivate static let outbox = "outbox NOT INDEXED LEFT JOIN decision ON decision.id = outbox.decision_id"

    fileprivate static func fetchOutbox(_ db: Database) throws -> [Decision] {
        let decisions = try fetch(db, from: outbox, "ORDER BY decision.rowid", [])
        guard try countOutbox(db) == decisions.count else { throw StorageError.damage("outbox.decision_id") }
        return decisions
    }

    /// How many decisions are not settled.
    static func countOutbox(_ db: Database) throws -> Int {
        let count = "SELECT count(*) FROM outbox INDEXED BY sqlite_autoindex_outbox_1"
        return try db.row(count, []) { try $0.count(0, "outbox") } ?? 0
    }

    /// - Throws: ``StorageError`` where one index has it and another has not: else another decision could be made.
    static func loadStanding(on intent: IntentID, _ db: Database) throws -> Decision? {
        let condition = "WHERE decision.intent_id = ? AND \(stands)"
        let indexed = "SELECT id FROM decision INDEXED BY decision_that_stands \(condition)"
        let standing = try fetch(db, from: ofIntent, condition, [intent.rawValue])
        let ids = try db.rows(indexed, [intent.rawValue]) { try $0.id(0, "decision.id") as DecisionID }
        guard ids == standing.map(\.id), ids.count < 2 else { throw StorageError.damage("decision.intent_id") }
        return standing.first
    }

    /// The decision that was confirmed by a payment.
    static func loadConfirmed(by payment: LedgerTransaction, _ db: Database) throws -> Decision? {
        guard let intent = payment.intent, let decision = try loadStanding(on: intent, db),
            decision.transaction == payment.id
        else { return nil }
        return decision
    }

    private static let ofIntent =
        "decision INDEXED BY decision_of_intent LEFT JOIN outbox ON outbox.decision_id = decision.id"

    fileprivate static func fetch(_ id: DecisionID, _ db: Database) throws -> Decision {
        guard let decision = try fetch(db, "WHERE decision.id = ?", [id.rawValue]).first else {
            throw StorageError.damage("decision.id")
        }
        return decision
    }

    static func fetch(
        _ db: Database, from source: String = "decision LEFT JOIN outbox ON outbox.decision_id = decision.id",
        _ condition: String, _ arguments: StatementArguments
    ) throws -> [Decision] {
        let sql = """
            SELECT id, intent_id, kind, amount, currency, merchant_id, idempotency_key, body, decided_at, expires_at,
                state, may_have_left, reason, refusal_code, sent_at, settled_at, transaction_id,
                outbox.decision_id IS NOT NULL, attempts, next_attempt_at, waiting_for, leased_by, leased_until
            FROM \(source) \(condition)
            """
        return try db.rows(sql, arguments) { try Decision(row: $0) }
    }

    private init(row: StoredRow) throws(StorageError) {
        id = try row.id(0, "decision.id")
        kind = try row.word(2, "decision.kind")
        terms = Terms(
            intent: try row.id(1, "decision.intent_id"),
            amount: try row.money(3, "decision.amount", in: 4, "decision.currency"),
            merchant: try row.id(5, "decision.merchant_id"))
        idempotencyKey = try row.id(6, "decision.idempotency_key")
        body = try row.bytes(7, "decision.body")
        decidedAt = try row.time(8, "decision.decided_at")
        expiresAt = try row.time(9, "decision.expires_at")
        machine = DecisionMachine(
            state: try row.word(10, "decision.state"), mayHaveLeft: try row.flag(11, "decision.may_have_left"),
            reason: try row.optionalText(12, "decision.reason"),
            refusalCode: try row.optionalText(13, "decision.refusal_code").map { RefusalCode(rawValue: $0) })
        sentAt = try row.optionalTime(14, "decision.sent_at")
        settledAt = try row.optionalTime(15, "decision.settled_at")
        transaction = try row.optionalID(16, "decision.transaction_id")
        guard machine.state.isSettled == (settledAt != nil) else { throw .damage("decision.settled_at") }
        // The row is there exactly as long as the decision is unsettled.
        guard try row.flag(17, "outbox.decision_id") != machine.state.isSettled else {
            throw .damage("outbox.decision_id")
        }
        if !machine.state.isSettled {
            schedule = Schedule(
                attempts: try row.count(18, "outbox.attempts"),
                nextAttemptAt: try row.time(19, "outbox.next_attempt_at"),
                waitingFor: try row.optionalText(20, "outbox.waiting_for"))
        }
        if let holder = try row.optionalText(21, "outbox.leased_by") {
            lease = Lease(holder: holder, until: .milliseconds(try row.integer(22, "outbox.leased_until")))
        }
    }

    fileprivate func insert(_ db: Database) throws {
        try db.executeCached(
            sql: """
                INSERT INTO decision (id, intent_id, kind, amount, currency, merchant_id, idempotency_key, body,
                    decided_at, expires_at, state, may_have_left, reason, sent_at, ledger_after)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                    (SELECT min(after, checked) FROM feed WHERE name = 'transactions'))
                """,
            arguments: [
                id.rawValue, terms.intent.rawValue, kind.rawValue, terms.amount.minorUnits, terms.amount.currency.code,
                terms.merchant.rawValue, idempotencyKey.rawValue, body, decidedAt.milliseconds, expiresAt.milliseconds,
                state.rawValue, machine.mayHaveLeft, reason, sentAt?.milliseconds,
            ])
        try saveSchedule(db)
    }

    func update(_ db: Database) throws {
        try db.executeCached(
            sql: """
                UPDATE decision SET state = ?, may_have_left = ?, reason = ?, refusal_code = ?, settled_at = ?,
                    transaction_id = ?, sent_at = ?
                WHERE id = ?
                """,
            arguments: [
                state.rawValue, machine.mayHaveLeft, reason, machine.refusalCode?.rawValue, settledAt?.milliseconds,
                transaction?.rawValue, sentAt?.milliseconds, id.rawValue,
            ])
        guard db.changesCount == 1 else { throw StorageError.damage("decision.id") }
        try saveSchedule(db)
    }

    /// The row of the outbox is there exactly as long as the decision is unsettled.
    private func saveSchedule(_ db: Database) throws {
        guard let schedule else {
            try db.executeCached(sql: "DELETE FROM outbox WHERE decision_id = ?", arguments: [id.rawValue])
            guard db.changesCount == 1 else { throw StorageError.damage("outbox.decision_id") }
            return
        }
        try db.executeCached(
            sql: """
                INSERT INTO outbox (decision_id, attempts, next_attempt_at, waiting_for, leased_by, leased_until)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (decision_id) DO UPDATE SET attempts = excluded.attempts,
                    next_attempt_at = excluded.next_attempt_at, waiting_for = excluded.waiting_for,
                    leased_by = excluded.leased_by, leased_until = excluded.leased_until
                """,
            arguments: [
                id.rawValue, schedule.attempts, schedule.nextAttemptAt.milliseconds, schedule.waitingFor,
                lease?.holder, lease?.until.truncatedMilliseconds,
            ])
    }
}
