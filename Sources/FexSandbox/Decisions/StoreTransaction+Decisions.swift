import Foundation
import GRDB
import WalletCore

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
    /// The answer to a decision that was judged is remembered under its key, and given again for ever, a refusal too:
    /// an attempt that was held up on its way must not take effect after the wallet was told that it never will. Either
    /// way the call is recorded, so a refusal is a value here.
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
        func refuse(
            _ refusal: DecisionRuling.Refusal, detail: String? = nil, intent: Intent? = nil
        ) -> (Result<JSON, PlatformError>, String) {
            (.failure(refusal.error(detail: detail, intent: intent.map(documents.full))), refusal.rawValue)
        }
        if let first = try firstAnswer(to: request) {
            return first.fingerprint == request.fingerprint ? first.again : refuse(.idempotencyMismatch)
        }
        guard let publicKey = try deviceKey(request.deviceID, walletID: request.walletID) else {
            return refuse(.unknownDevice)
        }
        do {
            try DecisionProof(request.proof, publicKey: publicKey).check(against: request)
        } catch {
            return refuse(.proofInvalid, detail: error.problem)
        }
        guard try isOnFile(walletID: request.walletID), let wallet = try wallet(request.walletID) else {
            return refuse(.notFound)
        }
        let intent = try intent(request.intentID)
        if case .refused(let refusal) = DecisionRuling.judge(request, on: intent, by: wallet) {
            if let intent { try remember(refusal, of: request, intent: documents.full(intent)) }
            return refuse(refusal, intent: intent)
        }
        guard let intent,
            let decided = try apply(request.kind.event, to: intent, by: wallet.id, reason: request.reason)
        else { return refuse(.intentNotPayable, intent: intent) }
        let answer = try settle(decided, request: request, documents: documents)
        return (.success(answer), decided.status.rawValue)
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
        _ refusal: DecisionRuling.Refusal, of request: DecisionRequest, intent: JSON
    ) throws {
        try run(
            """
            INSERT INTO decision_refusals (wallet_id, idempotency_key, fingerprint, refusal, intent)
            VALUES (?, ?, ?, ?, ?)
            """,
            [request.walletID, request.idempotencyKey, request.fingerprint, refusal.rawValue, intent.text])
    }

    /// What a key was answered first, whichever it was: it stands for every later call with that key.
    private func firstAnswer(
        to request: DecisionRequest
    ) throws -> (fingerprint: Data, again: (answer: Result<JSON, PlatformError>, outcome: String))? {
        guard
            let row = try row(
                """
                SELECT fingerprint, answer, NULL AS refusal, NULL AS intent FROM decisions
                WHERE wallet_id = ?1 AND idempotency_key = ?2
                UNION ALL SELECT fingerprint, NULL, refusal, intent FROM decision_refusals
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
        guard let name = row["refusal"] as String?, let refusal = DecisionRuling.Refusal(rawValue: name) else {
            throw DatabaseError(message: "a remembered answer is none")
        }
        return (row["fingerprint"], (.failure(refusal.error(intent: try document("intent"))), name))
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
