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
    func drive(_ id: DecisionID) async throws -> Decision {
        guard underWay.insert(id).inserted else {
            guard let found = try await store.loadDecision(id) else { throw DecisionError.unknownDecision }
            return found
        }
        defer {
            underWay.remove(id)
            changes.value += 1
        }
        let (time, fraction) = (time, entropy.fraction())
        var (decision, action) = try await store.take(
            id, for: holder, at: time.now(), moment: { time.moment(of: $0) },
            schedule: { Decision.Schedule(after: $0, at: time.now(), fraction: fraction) })
        while true {
            let happening: Happening
            switch action {
            case .finish, .wait: return decision
            case .ask: happening = await ask(about: decision)
            case .send: happening = await send(decision)
            }
            let schedule = decision.schedule?.putOff(by: happening.retryAfter, from: time.now())
            do {
                (decision, action) = try await store.apply(
                    happening.event, to: id, by: holder, at: time.now(), schedule: schedule, intent: happening.intent,
                    transaction: happening.transaction)
            } catch var error as StorageError {
                // What was learned could not be kept; the next attempt asks again.
                let mayHaveMoved = action == .send || decision.machine.mayHaveLeft
                if mayHaveMoved, decision.kind.movesMoney { error.money = .unknown }
                throw error
            }
        }
    }

    /// What an attempt led to: the event for the machine, and what the platform showed.
    private struct Happening {
        var event: DecisionMachine.Event
        var intent: PaymentIntent?
        var transaction: LedgerTransaction?
        var retryAfter: Duration?
    }

    private func ask(about decision: Decision) async -> Happening {
        do {
            let intent = try await calls.fetchIntent(decision.terms.intent)
            var payment: LedgerTransaction?
            if intent.status.isPaid, time.isOver(decision) {
                // Nothing may be sent any more to find out whose payment it was. The ledger knows.
                try await transactions.catchUp()
                payment = try await store.loadPayment(of: intent.id)
            }
            let standsByUs =
                intent.status == .declined ? decision.kind == .decline : decision.kind.movesMoney && payment != nil
            var whoWasFirst: String?
            if intent.status.isDecided {
                whoWasFirst = intent.whoWasFirst(toldTo: try await store.loadAccount()?.wallet)
            }
            return Happening(
                event: .intentSeen(
                    intent.status, standsByUs: standsByUs, isExpired: time.isOver(decision), whoWasFirst: whoWasFirst),
                intent: intent, transaction: payment)
        } catch {
            return Happening(
                // A clock that may have been set concludes nothing.
                event: .intentNotSeen("\(error)", isExpired: time.isReckoned && time.isOver(decision)),
                retryAfter: (error as? PlatformError)?.retryAfter)
        }
    }

    private func send(_ decision: Decision) async -> Happening {
        let request = DecisionRequest(
            kind: decision.kind, intent: decision.terms.intent, idempotencyKey: decision.idempotencyKey,
            body: decision.body)
        do {
            let answer = try await calls.submit(request)
            return Happening(event: .confirmed, intent: answer.intent, transaction: answer.transaction)
        } catch let error as PlatformError {
            return await happening(of: error, after: decision)
        } catch {
            // No token was to be had: the call was never made.
            return Happening(event: .notSent("\(error)"))
        }
    }

    private func happening(of error: PlatformError, after decision: Decision) async -> Happening {
        log.info("decision not confirmed", metadata: ["code": "\(error.code)"])
        guard case .refused(let refusal) = error.reason else {
            return Happening(
                event: error.outcomeIsUnknown ? .uncertain("\(error)") : .notSent("\(error)"),
                retryAfter: error.retryAfter)
        }
        let wallet = try? await store.loadAccount()?.wallet
        let event: DecisionMachine.Event =
            switch (refusal.status, refusal.code) {
            // The platform turned the token away and did nothing.
            case (401, _): .notSent("nobody is logged in")
            case (_, "intent_expired"): .lapsed
            case (_, "intent_not_payable"):
                .refused(refusal.intent?.whoWasFirst(toldTo: wallet) ?? refusal.message)
            default: .refused(refusal.message)
            }
        return Happening(event: event, intent: refusal.intent)
    }
}
