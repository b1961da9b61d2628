import FexHTTP
import FexValues
import Foundation
import Synchronization
import Testing
import WalletTesting

@testable import WalletCore

@Suite struct DecisionCallsTests {
    let test: TestClient

    init() throws { test = try TestClient() }

    /// What was written down: bytes that no other serializer would make of them.
    private static let body = "{ \"amount\":\"35.50\",\"proof\":\"a.b.c\" , \"reason\":\"Zo\\u00eb\"}"

    private func decision(_ kind: DecisionKind = .pay) throws -> Decision {
        Decision(
            id: DecisionID("d_1")!, kind: kind,
            terms: Terms(
                intent: IntentID("pi_1~a.b")!, amount: try Money(digits: "35.50", currency: Currency("USD")),
                merchant: MerchantID("mer_1")!),
            idempotencyKey: IdempotencyKey("key-1")!, decidedAt: test.clock.now(),
            expiresAt: test.clock.now().advanced(by: .seconds(600)), body: Data(Self.body.utf8),
            machine: DecisionMachine())
    }

    private func submit(
        _ answer: PlannedAnswer, _ kind: DecisionKind = .pay, mayLeave: @escaping @Sendable () -> Bool = { true }
    ) async throws -> DecisionAnswer {
        test.plan(answer)
        return try await test.client.submit(decision(kind), mayLeave: mayLeave)
    }

    // MARK: What leaves

    @Test(arguments: DecisionKind.allCases)
    func `a decision leaves to the byte as it was written down, under its key`(kind: DecisionKind) async throws {
        _ = try await submit(.json(["success": true]), kind)
        #expect(
            test.sent == [
                SentRequest(
                    "POST", "https://platform.test/wallet/api/v1/payment-intents/pi_1~a.b/\(kind.rawValue)",
                    [
                        "authorization": "Bearer token_1", "content-type": "application/json",
                        "idempotency-key": "key-1",
                    ], body: Self.body)
            ])
    }

    @Test func `a decision leaves again with a fresh token, and the same key and bytes`() async throws {
        test.plan(.json(["error": "token expired"], status: 401))
        _ = try await submit(.json(["success": true]))
        #expect(test.sent.count == 2 && Set(test.sent.map(\.body)) == [Self.body])
        #expect(test.sent.map { $0.fields["idempotency-key"] } == ["key-1", "key-1"])
        #expect(test.sent.map { $0.fields["authorization"] } == ["Bearer token_1", "Bearer token_2"])
    }

    @Test func `a decision whose time is over once it has a token does not leave`() async throws {
        let asked = Mutex(0)
        let decision = try decision()
        await #expect(throws: CallTooLate.self) {
            _ = try await test.client.submit(decision) {
                asked.withLock { $0 += 1 }
                return false
            }
        }
        #expect(test.sent.isEmpty && asked.withLock { $0 } == 1)
    }

    // MARK: What comes back

    @Test(arguments: [200, 201, 202, 400, 401, 403, 404, 409, 422, 499])
    func `every document is handed on for judgement with its status`(status: Int) async throws {
        // The one token there is: a 401 is not asked about twice.
        test.tokens.stick()
        let document: JSON = ["success": false, "error": "No\u{7}way", "code": "terms_changed"]
        let answer = try await submit(.json(document, status: status))
        #expect(answer.status == status && answer.document == document)
        #expect(answer.code == RefusalCode(rawValue: "terms_changed") && answer.message == "No�way")
    }

    @Test(arguments: [
        PlannedAnswer.json([:], status: 408), .json([:], status: 429), .json([:], status: 500),
        .json(["success": false, "code": "intent_expired"], status: 503), .json([:], status: 302),
        .text("", status: 200),
        .text("<html></html>"), .text("<html></html>", status: 404), .text("", status: 401),
        .failure(.timedOut, mayHaveBeenSent: true), .failure(.connectionLost, mayHaveBeenSent: true),
    ])
    func `where no document came, money may have moved, and the same key asks again`(
        answer: PlannedAnswer
    ) async throws {
        let error = try await #require(throws: PlatformError.self) { _ = try await submit(answer) }
        #expect(error.money == .unknown && error.retry == .sameKey && error.outcomeIsUnknown)
        #expect(test.sent.count == 1)
    }

    @Test func `a decision that has not left has moved no money`() async throws {
        let error = try await #require(throws: PlatformError.self) {
            _ = try await submit(.failure(.unreachable, mayHaveBeenSent: false))
        }
        #expect(error.money == .notMoved && error.retry == .later)
        test.tokens.fail(question: 2, with: SessionError.notLoggedIn)
        let decision = try decision()
        await #expect(throws: SessionError.notLoggedIn) {
            _ = try await test.client.submit(decision, mayLeave: { true })
        }
        #expect(test.sent.count == 1)
    }

    // MARK: What is read of a document

    private static let transaction = AnswerJudgeTests.transaction()

    @Test func `an intent and a transaction in the answer are read`() {
        let answer = DecisionAnswer(
            status: 200,
            document: ["payment_intent": AnswerJudgeTests.intent("completed"), "transaction": Self.transaction])
        #expect(answer.intent?.id.rawValue == "pi_1" && answer.intent?.status == .completed)
        guard case .present(let transaction) = answer.transaction else { return #expect(Bool(false), "none is there") }
        #expect(transaction.id.rawValue == "tx_1" && transaction.amount.decimalString == "35.50")
    }

    @Test(
        arguments: [
            (nil, DecisionAnswer.Transaction.absent), (.null, .absent), ([], .malformed), ("tx_1", .malformed),
            ([:], .malformed), (transaction.setting("amount", "abc"), .malformed),
            (transaction.setting("transaction_id", .null), .malformed),
        ] as [(JSON?, DecisionAnswer.Transaction)])
    func `a transaction that can't be read is told from none`(
        transaction: JSON?, expected: DecisionAnswer.Transaction
    ) {
        let document: JSON = ["success": true]
        let answer = DecisionAnswer(
            status: 200, document: transaction.map { document.setting("transaction", $0) } ?? document)
        #expect(answer.transaction == expected)
    }

    @Test(
        arguments: [
            [], "success", 7, .null, [:],
            .object(JSONObject([.init("success", true), .init("success", true)])),
            .object(
                JSONObject([.init("code", "intent_expired"), .init("success", false), .init("code", "terms_changed")])),
        ] as [JSON])
    func `of what is no object, or names something twice, nothing is read`(document: JSON) {
        let answer = DecisionAnswer(status: 409, document: document)
        #expect(answer.document == .null && answer.code == nil && answer.message == nil && answer.intent == nil)
    }

    @Test(arguments: [("", nil), ("\u{1B}\n", "�"), (nil, nil), ("No\u{202E}", "No�")] as [(String?, String?)])
    func `a message is fit to be shown, or there is none`(text: String?, shown: String?) {
        let answer = DecisionAnswer(status: 409, document: ["error": .optional(text), "success": false])
        #expect(answer.message == shown)
    }
}
