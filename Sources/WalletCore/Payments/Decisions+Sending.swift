import FexValues
import Logging

extension Decisions {
    /// How many decisions are under way at a time: they wait for the platform, not for each other.
    private static let width = 4

    /// Drives decisions side by side; one that fails holds up none of the others.
    ///
    /// - Throws: What the first that failed met, once all have had their turn.
    func drive(_ ids: [DecisionID]) async throws -> [Decision] {
        var results: [DecisionID: Result<Decision, any Error>] = [:]
        await withTaskGroup(of: (DecisionID, Result<Decision, any Error>).self) { group in
            var waiting = ids[...]
            for _ in 0..<min(Self.width, ids.count) {
                let id = waiting.removeFirst()
                group.addTask { (id, await self.attempt(id)) }
            }
            for await (id, result) in group {
                results[id] = result
                guard let next = waiting.popFirst() else { continue }
                group.addTask { (next, await self.attempt(next)) }
            }
        }
        try Task.checkCancellation()
        return try ids.compactMap { try results[$0]?.get() }
    }

    private func attempt(_ id: DecisionID) async -> Result<Decision, any Error> {
        do { return .success(try await drive(id)) } catch { return .failure(error) }
    }

    /// Makes one attempt at a decision: asks first where its outcome is open, then sends, each step on disk before it.
    ///
    /// - Returns: The decision as it stands then; at once where somebody else has it in hand.
    func drive(_ id: DecisionID) async throws -> Decision {
        guard underWay.insert(id).inserted else {
            guard let found = try await store.loadDecision(id) else { throw DecisionError.unknownDecision }
            return found
        }
        defer { finish(id) }
        let (time, fraction) = (time, entropy.fraction())
        let (decision, action) = try await store.change(id) {
            $0.begin(self.newAttempt, deadline: time.deadline(of: $0), fraction: fraction)
        }
        return try await carryOut(action, decision)
    }

    /// Does what the machine says until it says to wait or that all is done; each step is on disk before it.
    func carryOut(_ action: DecisionMachine.Action, _ decision: Decision) async throws -> Decision {
        var (decision, action) = (decision, action)
        var questions = 0
        while true {
            let outcome: AttemptOutcome
            switch action {
            case .finish, .wait: return decision
            case .ask:
                questions += 1
                // If two answers have no `Date`, the device's clock has to do.
                outcome = await ask(about: decision, needsTime: questions < 2)
            case .send: outcome = await send(decision)
            }
            do {
                (decision, action) = try await store.change(
                    decision.id, intent: outcome.intent, transaction: outcome.transaction, at: time.now()
                ) {
                    $0.apply(
                        outcome.event, self.newAttempt, transaction: outcome.transaction?.id, pause: outcome.retryAfter)
                }
            } catch var error as StorageError {
                // The answer could not be stored; the next attempt asks again.
                let mayHaveMoved = action == .send || decision.machine.mayHaveLeft
                if mayHaveMoved, decision.kind.movesMoney { error.money = .unknown }
                throw error
            }
        }
    }

    /// What an attempt led to: the event for the machine, and what the platform showed.
    private struct AttemptOutcome {
        var event: DecisionMachine.Event
        var intent: PaymentIntent?
        var transaction: LedgerTransaction?
        var retryAfter: Duration?
    }

    /// - Parameter needsTime: Whether nothing is concluded about the decision's time before the platform has told it.
    private func ask(about decision: Decision, needsTime: Bool) async -> AttemptOutcome {
        do {
            let judge = try await store.loadJudge(of: decision)
            let intent: PaymentIntent
            do { intent = try await calls.fetchIntent(decision.terms.intent) } catch let error as PlatformError {
                return await askWithoutIntent(about: decision, judge, error)
            }
            // Only the ledger says whose payment it was, and whether there was one after all.
            let ledger =
                intent.status.isPaid
                ? await askLedger(about: decision, judge, payer: intent.completedBy)
                : try await checkEnd(of: decision, intent.status, judge)
            let byNow: DecisionMachine.Deadline = time.isOver(decision) ? .passed : .ahead
            // What the ledger contradicts is not remembered.
            let isTrue = ledger.payment == nil || intent.status.isPaid
            return AttemptOutcome(
                event: .asked(
                    judge.finding(on: intent, ledger: ledger), needsTime && !time.isKnown ? .notKnown : byNow),
                intent: isTrue && ledger != .unclear ? intent : nil, transaction: ledger.payment)
        } catch {
            return AttemptOutcome(event: .asked(.unavailable("\(error)"), deadlineUnasked(of: decision)))
        }
    }

    /// What can be told of a decision whose intent can't be had: this wallet's own ledger may tell of its payment.
    private func askWithoutIntent(
        about decision: Decision, _ judge: AnswerJudge, _ error: PlatformError
    ) async -> AttemptOutcome {
        var finding = judge.finding(on: error, ledger: .silent)
        var ledger = LedgerFinding.silent
        if decision.machine.mayHaveLeft, decision.kind.movesMoney {
            // Where nobody can be asked, what was read before is worth looking for.
            if case .unavailable = finding {
                ledger = (try? await searchKnownPayment(of: decision, judge)) ?? .silent
            } else {
                ledger = await askLedger(about: decision, judge)
            }
            finding = judge.finding(on: error, ledger: ledger)
        }
        let deadline: DecisionMachine.Deadline =
            time.isKnown && !time.isOver(decision) ? .ahead : deadlineUnasked(of: decision)
        return AttemptOutcome(
            event: .asked(finding, deadline), transaction: ledger.payment, retryAfter: error.retryAfter)
    }

    /// Whether a decision's time is over, where the platform could not be asked: nothing is concluded from a clock that a
    /// person may have set.
    private func deadlineUnasked(of decision: Decision) -> DecisionMachine.Deadline {
        time.isReckoned && time.isOver(decision) ? .passed : .notKnown
    }

    /// What this wallet's ledger says of the payment of a decision's intent, read anew.
    ///
    /// What it says counts where it says so in both its forms, the feed and the published list, when it is searched anew: one
    /// alone may have been answered by something else. That it holds no payment says something only of a whole ledger that is
    /// surely read after the intent's end, when no payment can be made any more, and not of old answers that something on
    /// the way has kept; and only where each row that was read is known to be something else.
    ///
    /// - Parameter payer: Who has paid, where the platform has said so.
    private func askLedger(about decision: Decision, _ judge: AnswerJudge, payer: WalletID? = nil) async
        -> LedgerFinding
    {
        do {
            let (earliest, doubts) = (time.earliest(), time.doubts)
            var isWhole = try await transactions.catchUp().isWhole
            let known = try await store.loadPayment(of: judge.terms, by: judge.wallet)
            if let known, payer != nil, payer == judge.wallet { return .paid(known) }
            // The date of an answer has a resolution of one second.
            let isOver = earliest.map { $0 >= decision.expiresAt.advanced(by: .seconds(1)) } ?? false
            let mayConclude = isOver && time.isSteady(since: doubts)
            if known != nil {
                let found = await searchLedger(for: decision, judge, known: known)
                guard found == .notPaid else { return found }
                // What was told of once, and stands nowhere, was no payment.
                return mayConclude && isWhole && time.isSteady(since: doubts) ? .notPaid : .unclear
            }
            // Nothing more is looked for where it would prove nothing.
            guard mayConclude else { return .silent }
            var traces = try await store.loadTraces(of: decision, by: judge.wallet)
            if !traces.isEmpty {
                isWhole = try await transactions.catchUp(rereading: traces).isWhole
                traces = try await store.loadTraces(of: decision, by: judge.wallet)
            }
            let found = await searchLedger(for: decision, judge)
            guard found == .notPaid else { return found }
            return isWhole && traces.isEmpty && time.isSteady(since: doubts) ? .notPaid : .silent
        } catch {
            log.info("ledger not read", metadata: ["error": "\(error)"])
            return .silent
        }
    }

    /// Whether the ledger bears out that a request of which something may have been sent came to an end without being paid: a
    /// single answer says so, and may not be the platform's.
    private func checkEnd(
        of decision: Decision, _ status: IntentStatus, _ judge: AnswerJudge
    ) async throws -> LedgerFinding {
        let mayBePaid = IntentStatus.over.contains(status) && decision.machine.mayHaveLeft && decision.kind.movesMoney
        guard mayBePaid else { return .silent }
        do { try await transactions.catchUp() } catch {
            log.info("ledger not read", metadata: ["error": "\(error)"])
        }
        return try await searchKnownPayment(of: decision, judge)
    }

    /// What both forms of the ledger say of a payment that was read before: it may have been told wrongly.
    private func searchKnownPayment(of decision: Decision, _ judge: AnswerJudge) async throws -> LedgerFinding {
        guard let known = try await store.loadPayment(of: judge.terms, by: judge.wallet) else { return .silent }
        let found = await searchLedger(for: decision, judge, known: known)
        return found == .notPaid ? .silent : found
    }

    /// What both forms of the ledger say, searched anew, whatever was read of them before: that it is paid where both show the
    /// payment, that it is not where neither shows anything that may be it.
    private func searchLedger(
        for decision: Decision, _ judge: AnswerJudge, known: LedgerTransaction? = nil
    ) async -> LedgerFinding {
        do {
            let (list, feed) = try await transactions.search(for: decision, known: known)
            let forms = [list, feed ?? list]
            let payments = forms.compactMap { $0.named.first(where: judge.isPayment) }
            if payments.count == forms.count { return .paid(payments[0]) }
            return forms.allSatisfy(\.isEmpty) ? .notPaid : .unclear
        } catch {
            log.info("ledger not searched", metadata: ["error": "\(error)"])
            return .unclear
        }
    }

    private func send(_ decision: Decision) async -> AttemptOutcome {
        do {
            let answer = try await calls.submit(decision) { [time] in !time.isOver(decision) }
            // What can't be read is judged as if it said the least.
            let judge =
                (try? await store.loadJudge(of: decision)) ?? AnswerJudge(kind: decision.kind, terms: decision.terms)
            // What the device knows matters for a refusal alone, and what can't be read may be that it was paid.
            let isKnownAsPaid = answer.status == 200 ? false : (try? await isKnownAsPaid(judge)) ?? true
            let verdict = judge.verdict(on: answer, isKnownAsPaid: isKnownAsPaid)
            log.info("decision answered", metadata: ["status": "\(answer.status)", "verdict": "\(verdict.name)"])
            guard verdict.isThePlatforms else { return AttemptOutcome(event: .answered(verdict)) }
            var outcome = AttemptOutcome(event: .answered(verdict))
            if answer.intent?.id == decision.terms.intent { outcome.intent = answer.intent }
            if verdict == .confirmed, case .present(let transaction) = answer.transaction {
                outcome.transaction = transaction
            }
            return outcome
        } catch let error as PlatformError {
            log.info("decision not answered", metadata: ["code": "\(error.code)"])
            return AttemptOutcome(
                // A token that could not be had, and the like, is no answer to the decision.
                event: error.concernsMoney && error.outcomeIsUnknown
                    ? .answered(.inconclusive("\(error)")) : .notSent("\(error)"),
                retryAfter: error.retryAfter)
        } catch is CallTooLate {
            return AttemptOutcome(event: .tooLate)
        } catch {
            // There was no token, so the call was never made.
            return AttemptOutcome(event: .notSent("\(error)"))
        }
    }

    /// Whether this device knows that this wallet has paid the intent.
    private func isKnownAsPaid(_ judge: AnswerJudge) async throws -> Bool {
        let intent = try await store.loadIntent(judge.terms.intent)
        let payment = try await store.loadPayment(of: judge.terms, by: judge.wallet)
        return intent.map(judge.isPaidByThisWallet) == true || payment != nil
    }
}

extension LedgerFinding {
    /// The payment, where there is one.
    fileprivate var payment: LedgerTransaction? {
        if case .paid(let payment) = self { payment } else { nil }
    }
}

extension Verdict {
    /// Whether the platform itself has spoken.
    fileprivate var isThePlatforms: Bool {
        if case .inconclusive = self { false } else { true }
    }

    /// For the log, which holds nothing from outside.
    fileprivate var name: String {
        switch self {
        case .confirmed: "confirmed"
        case .refused(let refusal): refusal.code.rawValue
        case .lapsed: "lapsed"
        case .inconclusive: "inconclusive"
        }
    }
}

extension ServerTime {
    /// Whether a decision's time is, or may be, over: nothing of it is sent any more.
    func isOver(_ decision: Decision) -> Bool { latest() >= decision.expiresAt }

    /// Whether a decision's time is over, where the platform has told the time.
    func deadline(of decision: Decision) -> DecisionMachine.Deadline {
        guard isKnown else { return .notKnown }
        return isOver(decision) ? .passed : .ahead
    }
}
