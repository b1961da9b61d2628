import Foundation
import GRDB

extension WalletStore {
    /// Writes a decision down together with its place in the outbox, unless one stands on the intent already.
    ///
    /// - Parameter time: What is known of the platform's time, for the next start.
    /// - Returns: The decision that stands: this one, or the earlier one.
    func record(_ decision: Decision, _ time: ServerTime.Memory) async throws -> Decision {
        try await write { db in
            try self.save(time, db)
            if let standing = try Decision.loadStanding(on: decision.terms.intent, db) { return standing }
            try decision.insert(db)
            if decision.kind != .pay {
                // A request answered by its id alone is one of the inbox all the same.
                let intent = try PaymentIntent.load(decision.terms.intent, db)
                try intent?.saveToInbox(db, at: decision.decidedAt, cameBy: .feed)
            }
            return decision
        }
    }

    /// The decision that stands on an intent.
    func loadStandingDecision(on intent: IntentID) async throws -> Decision? {
        try await read { try Decision.loadStanding(on: intent, $0) }
    }

    /// The latest decision on an intent, also one that came to nothing.
    func loadLatestDecision(on intent: IntentID) async throws -> Decision? {
        try await read { db in
            try Decision.fetch(
                db, "WHERE decision.intent_id = ? ORDER BY decision.rowid DESC LIMIT 1", [intent.rawValue]
            ).first
        }
    }

    /// One decision.
    func loadDecision(_ id: DecisionID) async throws -> Decision? {
        try await read { try Decision.fetch($0, "WHERE decision.id = ?", [id.rawValue]).first }
    }

    /// The decisions not yet settled, oldest first.
    func loadOutbox() async throws -> [Decision] {
        try await read { db in
            try Decision.fetch(db, "WHERE outbox.decision_id IS NOT NULL ORDER BY decision.rowid", [])
        }
    }

    /// Takes a decision's turn for one holder, in whose hands it then is until an event leaves it waiting or settled.
    ///
    /// - Parameters:
    ///   - moment: What time it is for the decision.
    ///   - schedule: Attempts and next attempt, should this one come to nothing.
    /// - Returns: The decision and what to do next; to wait, where it is in another's hands.
    func take(
        _ id: DecisionID, for holder: LeaseHolder, at now: Timestamp,
        moment: @escaping @Sendable (Decision) -> DecisionMachine.Moment,
        schedule: @escaping @Sendable (Decision) -> Decision.Schedule
    ) async throws -> (decision: Decision, action: DecisionMachine.Action) {
        try await write { db in
            var decision = try Decision.fetch(id, db)
            guard !decision.state.isSettled else { return (decision, .finish) }
            guard decision.lease?.excludes(holder, at: now) != true else { return (decision, .wait) }
            _ = decision.machine.handle(.foundAtStart)
            let action = decision.machine.handle(.turnCame(moment(decision)))
            decision.schedule = schedule(decision)
            try decision.update(db, after: action, holder: holder, at: now)
            return (decision, action)
        }
    }

    /// Lets an event happen to a decision, and writes down what it leads to.
    ///
    /// Where the decision is in another's hands by now, only facts count; the other goes on.
    ///
    /// - Parameters:
    ///   - holder: Who saw it happen.
    ///   - now: The platform's time, kept as the time of settling.
    ///   - schedule: Attempts and next attempt, for a decision that stays unsettled.
    ///   - intent: The intent as the platform showed it on this occasion, stored in the same transaction.
    ///   - transaction: The ledger transaction that came about, stored in the same transaction.
    /// - Returns: The decision as it stands now, and what to do next.
    func apply(
        _ event: DecisionMachine.Event, to id: DecisionID, by holder: LeaseHolder, at now: Timestamp,
        schedule: Decision.Schedule? = nil, intent: PaymentIntent? = nil, transaction: LedgerTransaction? = nil
    ) async throws -> (decision: Decision, action: DecisionMachine.Action) {
        try await write { db in
            var decision = try Decision.fetch(id, db)
            guard !decision.state.isSettled else { return (decision, .finish) }
            try intent?.save(db, at: now)
            try transaction?.saveUnlessContradicting(db)
            let isOurs = decision.lease?.holder == holder.name
            guard isOurs || event.isFact else { return (decision, .wait) }
            let action = decision.machine.handle(event)
            decision.schedule = schedule ?? decision.schedule
            decision.transaction = transaction?.id ?? decision.transaction
            try decision.update(db, after: isOurs || action == .finish ? action : nil, holder: holder, at: now)
            return (decision, isOurs || action == .finish ? action : .wait)
        }
    }

    /// Takes a decision back, unless a byte of it may have left or somebody is about to send it.
    ///
    /// - Returns: The decision as it stands now.
    func withdraw(_ id: DecisionID, by holder: LeaseHolder, at now: Timestamp) async throws -> Decision {
        try await write { db in
            var decision = try Decision.fetch(id, db)
            guard !decision.state.isSettled, decision.lease?.excludes(holder, at: now) != true else { return decision }
            _ = decision.machine.handle(.foundAtStart)
            try decision.update(db, after: decision.machine.handle(.withdrawn), holder: holder, at: now)
            return decision
        }
    }
}

extension Decision {
    /// What SQL says of a decision that stands; the index `decision_that_stands` enforces the same.
    private static let stands = "decision.state NOT IN ('refused', 'lapsed', 'cancelled')"

    fileprivate static func loadStanding(on intent: IntentID, _ db: Database) throws -> Decision? {
        try fetch(db, "WHERE decision.intent_id = ? AND \(stands)", [intent.rawValue]).first
    }

    fileprivate static func fetch(_ id: DecisionID, _ db: Database) throws -> Decision {
        guard let decision = try fetch(db, "WHERE decision.id = ?", [id.rawValue]).first else {
            throw StorageError("decision \(id) is gone")
        }
        return decision
    }

    static func fetch(_ db: Database, _ condition: String, _ arguments: StatementArguments) throws -> [Decision] {
        let sql = """
            SELECT decision.*, outbox.decision_id IS NOT NULL AS is_queued, attempts, next_attempt_at, waiting_for,
                leased_by, leased_until
            FROM decision LEFT JOIN outbox ON outbox.decision_id = decision.id \(condition)
            """
        return try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map { try Decision(row: $0) }
    }

    private init(row: Row) throws {
        guard let kind = DecisionKind(rawValue: row["kind"]), let state = DecisionState(rawValue: row["state"]) else {
            throw StorageError("a decision's kind or state is not one")
        }
        id = try row.id("id")
        self.kind = kind
        terms = Terms(
            intent: try row.id("intent_id"), amount: try row.money("amount"), merchant: try row.id("merchant_id"))
        idempotencyKey = try row.id("idempotency_key")
        decidedAt = row.timestamp("decided_at")
        expiresAt = row.timestamp("expires_at")
        body = row["body"]
        machine = DecisionMachine(state: state, mayHaveLeft: row["may_have_left"], reason: row["reason"])
        sentAt = row.optionalTimestamp("sent_at")
        settledAt = row.optionalTimestamp("settled_at")
        transaction = row.optionalID("transaction_id")
        if row["is_queued"] as Bool {
            schedule = Schedule(
                attempts: row["attempts"], nextAttemptAt: row.timestamp("next_attempt_at"),
                waitingFor: row["waiting_for"])
        }
        if let holder = row["leased_by"] as String? {
            lease = Lease(holder: holder, until: row.timestamp("leased_until"))
        }
    }

    fileprivate func insert(_ db: Database) throws {
        try db.executeCached(
            sql: """
                INSERT INTO decision (id, intent_id, kind, amount, currency, merchant_id, idempotency_key, body,
                    decided_at, expires_at, state, may_have_left, reason)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id.rawValue, terms.intent.rawValue, kind.rawValue, terms.amount.minorUnits, terms.amount.currency.code,
                terms.merchant.rawValue, idempotencyKey.rawValue, body, decidedAt.milliseconds, expiresAt.milliseconds,
                state.rawValue, machine.mayHaveLeft, reason,
            ])
        try saveSchedule(db)
    }

    /// Writes down where it stands after an action was found; `nil` leaves it in the hands of who has it.
    fileprivate mutating func update(
        _ db: Database, after action: DecisionMachine.Action?, holder: LeaseHolder, at now: Timestamp
    ) throws {
        switch action {
        case .send, .ask:
            lease = Lease(holder, at: now)
            if action == .send { sentAt = sentAt ?? now }
        case .wait, .finish: lease = nil
        case nil: break
        }
        if state.isSettled {
            settledAt = now
            schedule = nil
        }
        if var schedule {
            schedule.waitingFor = reason
            self.schedule = schedule
        }
        try update(db)
    }

    private func update(_ db: Database) throws {
        try db.executeCached(
            sql: """
                UPDATE decision SET state = ?, may_have_left = ?, reason = ?, settled_at = ?, transaction_id = ?,
                    sent_at = ?
                WHERE id = ?
                """,
            arguments: [
                state.rawValue, machine.mayHaveLeft, reason, settledAt?.milliseconds, transaction?.rawValue,
                sentAt?.milliseconds, id.rawValue,
            ])
        try saveSchedule(db)
    }

    /// The row of the outbox is there exactly as long as the decision is unsettled.
    private func saveSchedule(_ db: Database) throws {
        guard let schedule else {
            try db.executeCached(sql: "DELETE FROM outbox WHERE decision_id = ?", arguments: [id.rawValue])
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
                lease?.holder, lease?.until.milliseconds,
            ])
    }
}
