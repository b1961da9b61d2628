import FexValues
import Foundation
import GRDB

/// One received decision call, as the control route lists it.
struct DecisionCall: Hashable, Sendable {
    var idempotencyKey: String
    var intentID: String
    var walletID: String
    var kind: String
    var outcome: String
    var at: Timestamp
}

extension StoreTransaction {
    /// Carries out a customer's decision, or says why not.
    ///
    /// The first answer to a key is remembered and given again for ever, every coded refusal too. The wallet takes a
    /// code for the platform's last word, so an attempt that was held up on its way must not take effect after it, even
    /// where the reason has gone meanwhile: money came in, or an attempt was spoilt on its way (`proof_invalid`) and the
    /// unspoilt one comes after it. Either way the call is recorded, so a refusal is a value here.
    func decide(_ request: DecisionRequest, documents: IntentDocument) throws -> Result<JSON, PlatformError> {
        let (answer, outcome) = try carryOut(request, documents: documents)
        try run(
            """
            INSERT INTO decision_calls (idempotency_key, intent_id, wallet_id, kind, outcome, at)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                request.idempotencyKey, request.intentID, request.walletID, request.kind.rawValue, outcome,
                now.milliseconds,
            ])
        return answer
    }

    private func carryOut(
        _ request: DecisionRequest, documents: IntentDocument
    ) throws -> (answer: Result<JSON, PlatformError>, outcome: String) {
        guard let wallet = try wallet(request.walletID) else { throw PlatformError.notFound("there is no such wallet") }
        if let first = try firstAnswer(to: request) {
            guard first.fingerprint == request.fingerprint else {
                return (.failure(DecisionRefusal.idempotencyMismatch.error()), "idempotency_mismatch")
            }
            return first.again
        }
        let intent = try intent(request.intentID)
        let ruling = try standing(of: request, on: intent) ?? DecisionRuling.judge(request, on: intent, by: wallet)
        switch ruling {
        case .effective:
            guard let intent,
                let decided = try apply(request.kind.event, to: intent, by: wallet.id, reason: request.reason)
            else { throw DatabaseError(message: "an effective decision has no effect") }
            let answer = try settle(decided, request: request, documents: documents)
            return (.success(answer), decided.status.rawValue)
        case .refused(let refusal, let detail):
            let document = intent.map(documents.full)
            try remember(refusal, detail: detail, of: request, intent: document)
            return (.failure(refusal.error(detail: detail, intent: document)), refusal.rawValue)
        }
    }

    /// What is wrong with whoever decides, or with the proof of it; `nil` if nothing is.
    private func standing(of request: DecisionRequest, on intent: Intent?) throws -> DecisionRuling? {
        guard let device = try device(request.deviceID, walletID: request.walletID) else {
            return .refused(.deviceUnknown)
        }
        guard device.revokedAt == nil else { return .refused(.deviceRevoked) }
        do {
            try DecisionProof(request.proof, deviceID: request.deviceID, publicKey: device.publicKey)
                .check(against: request, on: intent, at: now)
        } catch {
            return .refused(.proofInvalid, detail: error.problem)
        }
        try noteUse(ofDevice: request.deviceID, sessionID: request.sessionID)
        return try isOnFile(walletID: request.walletID) ? nil : .refused(.walletBlocked)
    }

    /// Moves the money of a decision that has just taken effect, and remembers the answer.
    private func settle(_ intent: Intent, request: DecisionRequest, documents: IntentDocument) throws -> JSON {
        var answer = JSONObject([
            JSONObject.Member("success", true), JSONObject.Member("payment_intent", documents.full(intent)),
        ])
        if request.kind.movesMoney {
            let payment = try postPayment(of: intent, by: request.walletID)
            try touchBalance(walletID: request.walletID)
            answer["transaction"] = payment.document(forWallet: true)
        }
        answer["replayed"] = false
        try run(
            """
            INSERT INTO decisions (intent_id, wallet_id, idempotency_key, kind, fingerprint, answer, decided_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                intent.id, request.walletID, request.idempotencyKey, request.kind.rawValue, request.fingerprint,
                JSON.object(answer).text, request.decidedAt.milliseconds,
            ])
        return .object(answer)
    }

    private func remember(
        _ refusal: DecisionRefusal, detail: String?, of request: DecisionRequest, intent: JSON?
    ) throws {
        try run(
            """
            INSERT INTO decision_refusals (wallet_id, idempotency_key, fingerprint, refusal, detail, intent)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                request.walletID, request.idempotencyKey, request.fingerprint, refusal.rawValue, detail, intent?.text,
            ])
    }

    /// The first answer to a key, which every later call with that key is given again.
    private func firstAnswer(
        to request: DecisionRequest
    ) throws -> (fingerprint: Data, again: (answer: Result<JSON, PlatformError>, outcome: String))? {
        guard
            let row = try row(
                """
                SELECT fingerprint, answer, NULL AS refusal, NULL AS detail, NULL AS intent FROM decisions
                WHERE wallet_id = ?1 AND idempotency_key = ?2
                UNION ALL SELECT fingerprint, NULL, refusal, detail, intent FROM decision_refusals
                WHERE wallet_id = ?1 AND idempotency_key = ?2
                """,
                [request.walletID, request.idempotencyKey])
        else { return nil }
        func document(_ column: String) throws -> JSON? {
            try (row[column] as String?).map { try JSON(parsing: $0) }
        }
        if case .object(var answer)? = try document("answer") {
            answer["replayed"] = true
            return (row["fingerprint"], (.success(.object(answer)), "replayed"))
        }
        guard let name = row["refusal"] as String?, let refusal = DecisionRefusal(rawValue: name) else {
            throw DatabaseError(message: "a remembered answer is none")
        }
        let error = refusal.error(detail: row["detail"], intent: try document("intent"))
        return (row["fingerprint"], (.failure(error), name))
    }

    /// Each decision call that was received, oldest first.
    func decisionCalls() throws -> [DecisionCall] {
        try rows("SELECT * FROM decision_calls ORDER BY position").map { row in
            DecisionCall(
                idempotencyKey: row["idempotency_key"], intentID: row["intent_id"], walletID: row["wallet_id"],
                kind: row["kind"], outcome: row["outcome"], at: Timestamp(milliseconds: row["at"]))
        }
    }
}
