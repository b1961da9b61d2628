import FexValues
import Testing

@testable import WalletCore

/// What counts as the platform's word on a decision, and what does not: values in, values out.
@Suite struct AnswerJudgeTests {
    static let wallet = WalletID("wal_1")!

    static func judge(_ kind: DecisionKind) throws -> AnswerJudge {
        let terms = Terms(
            intent: IntentID("pi_1")!, amount: try Money(digits: "35.50", currency: Currency("USD")),
            merchant: MerchantID("mer_1")!)
        return AnswerJudge(kind: kind, terms: terms, wallet: wallet)
    }

    static func intent(_ status: String, _ changes: [String: JSON] = [:]) -> JSON {
        changes.reduce(
            into: [
                "id": "pi_1", "merchant_id": "mer_1", "amount": .number("35.50"), "currency": "USD",
                "status": .string(status), "expires_at": "2026-01-01T13:00:00Z",
            ]
        ) { $0 = $0.setting($1.key, $1.value) }
    }

    static func transaction(_ changes: [String: JSON] = [:]) -> JSON {
        changes.reduce(
            into: [
                "transaction_id": "tx_1", "transaction_type": "payment", "status": "completed", "amount": "35.50",
                "currency": "USD", "from_account_id": "wal_1", "to_account_id": "mer_1",
                "metadata": ["payment_intent_id": "pi_1"], "created_at": "2026-01-01T12:00:00Z",
            ]
        ) { $0 = $0.setting($1.key, $1.value) }
    }

    static func answer(_ kind: DecisionKind, _ changes: [String: JSON] = [:]) -> JSON {
        let status = kind == .decline ? "declined" : "completed"
        return changes.reduce(into: ["success": true, "payment_intent": intent(status), "replayed": false]) {
            $0 = $0.setting($1.key, $1.value)
        }
    }

    // MARK: Success

    @Test(arguments: DecisionKind.allCases)
    func `a success about these very terms is believed, also with little in it`(kind: DecisionKind) throws {
        let judge = try Self.judge(kind)
        let status = kind == .decline ? "declined" : "completed"
        var answers: [[String: JSON]] = [
            [:], ["replayed": true], ["payment_intent": Self.intent(status, ["amount": "35.50"])],
            ["payment_intent": Self.intent(status, ["completed_by": "wal_1"])], ["transaction": .null],
        ]
        if kind.movesMoney {
            answers += [
                ["transaction": Self.transaction()], ["transaction": Self.transaction(["from_account_id": .null])],
            ]
        }
        for changes in answers {
            let answer = DecisionAnswer(status: 200, document: Self.answer(kind, changes))
            #expect(judge.verdict(on: answer, isKnownAsPaid: false) == .confirmed, "\(changes)")
        }
    }

    /// Right in shape, wrong in contents.
    static let contradictions: [[String: JSON]] = [
        ["success": false], ["success": "true"], ["success": .null], ["payment_intent": .null], ["payment_intent": []],
        ["payment_intent": intent("pending")], ["payment_intent": intent("pending_approval")],
        ["payment_intent": intent("cancelled")], ["payment_intent": intent("expired")],
        ["payment_intent": intent("refunded")], ["payment_intent": intent("Completed")],
        ["payment_intent": intent("completed", ["id": "pi_2"])],
        ["payment_intent": intent("completed", ["amount": .number("35.51")])],
        ["payment_intent": intent("completed", ["currency": "EUR"])],
        ["payment_intent": intent("completed", ["merchant_id": "mer_2"])],
        ["payment_intent": intent("completed", ["completed_by": "wal_2"])],
        ["transaction": transaction(["metadata": ["payment_intent_id": "pi_2"]])],
        ["transaction": transaction(["metadata": .null])], ["transaction": transaction(["amount": "35.51"])],
        ["transaction": transaction(["currency": "EUR"])], ["transaction": transaction(["from_account_id": "wal_2"])],
        ["transaction": transaction(["transaction_type": "refund"])],
        ["transaction": transaction(["status": "failed"])],
        ["transaction": transaction(["amount": "abc"])], ["transaction": []],
    ]

    @Test(arguments: contradictions)
    func `a success that contradicts itself or the terms says nothing`(changes: [String: JSON]) throws {
        for kind in DecisionKind.allCases {
            let answer = DecisionAnswer(status: 200, document: Self.answer(kind, changes))
            #expect(try Self.judge(kind).isInconclusive(answer), "\(kind)")
        }
    }

    @Test func `a decline is done only where the intent says declined, and moves no money`() throws {
        let judge = try Self.judge(.decline)
        for changes in [["payment_intent": Self.intent("completed")], ["transaction": Self.transaction()]] {
            #expect(judge.isInconclusive(DecisionAnswer(status: 200, document: Self.answer(.decline, changes))))
        }
        let declined = DecisionAnswer(status: 200, document: Self.answer(.decline))
        #expect(try Self.judge(.pay).isInconclusive(declined))
    }

    @Test(arguments: [201, 202, 204, 206, 299, 301, 302, 304, 307, 399])
    func `only a 200 can confirm`(status: Int) throws {
        #expect(try Self.judge(.pay).isInconclusive(DecisionAnswer(status: status, document: Self.answer(.pay))))
    }

    @Test func `a name that stands twice makes an answer unreadable`() throws {
        let document = try JSON(
            parsing: #"{"success":true,"success":true,"payment_intent":\#(Self.intent("completed").text)}"#)
        #expect(try Self.judge(.pay).isInconclusive(DecisionAnswer(status: 200, document: document)))
        let refusal = try JSON(parsing: #"{"success":false,"code":"terms_changed","code":"terms_changed"}"#)
        #expect(try Self.judge(.pay).isInconclusive(DecisionAnswer(status: 422, document: refusal)))
    }

    @Test(arguments: [
        #""metadata":{"payment_intent_id":"pi_1"},"metadata":{"payment_intent_id":"pi_2"}"#,
        #""metadata":{"payment_intent_id":"pi_1","payment_intent_id":"pi_2"}"#,
    ])
    func `a payment of two intents is none of either`(metadata: String) throws {
        let text = Self.transaction(["metadata": .null]).text.replacing(#""metadata":null"#, with: metadata)
        #expect(text.contains(metadata))
        let answer = Self.answer(.pay, ["transaction": try JSON(parsing: text)])
        #expect(try Self.judge(.pay).isInconclusive(DecisionAnswer(status: 200, document: answer)))
    }

    // MARK: Refusal

    @Test(arguments: RefusalCode.final)
    func `a refusal with a code of the contract settles the decision, by its code`(code: RefusalCode) throws {
        let answer = DecisionAnswer(
            status: 422, document: ["success": false, "error": "so it is", "code": .string(code.rawValue)])
        let expected: Verdict =
            code == .intentExpired ? .lapsed : .refused(DecisionRefusal(code: code, message: "so it is"))
        for kind in DecisionKind.allCases {
            #expect(try Self.judge(kind).verdict(on: answer, isKnownAsPaid: false) == expected)
        }
    }

    /// What a gateway, a firewall or a captive portal may say.
    static let others: [JSON] = [
        [:], [], .null, "refused", .object(JSONObject()), ["error": "terms_changed"],
        ["success": false, "error": "x"], ["success": false, "code": "terms_changed "],
        ["success": false, "code": "unheard_of"], ["success": false, "code": .number("422")],
        ["success": true, "code": "terms_changed"], ["code": "terms_changed"],
        ["success": .null, "code": "terms_changed"], ["success": "false", "code": "terms_changed"],
        ["Success": false, "code": "terms_changed"], ["success": false, "code": "TERMS_CHANGED"],
    ]

    @Test(arguments: others) func `a refusal without a code of the contract says nothing`(document: JSON) throws {
        for status in [400, 401, 403, 404, 405, 409, 413, 422, 425, 451, 499] {
            for kind in DecisionKind.allCases {
                #expect(try Self.judge(kind).isInconclusive(DecisionAnswer(status: status, document: document)))
            }
        }
    }

    @Test func `a code beside a status that is no refusal says nothing`() throws {
        let document: JSON = ["success": false, "code": "insufficient_balance"]
        for status in [200, 202, 302, 500, 503] {
            #expect(try Self.judge(.pay).isInconclusive(DecisionAnswer(status: status, document: document)))
        }
    }

    @Test func `no refusal is believed of a payment that this wallet is known to have made`() throws {
        let refused: JSON = ["success": false, "code": "insufficient_balance", "error": "x"]
        let judge = try Self.judge(.pay)
        let plain = DecisionAnswer(status: 422, document: refused)
        guard case .inconclusive = judge.verdict(on: plain, isKnownAsPaid: true) else {
            Issue.record("a refusal was believed")
            return
        }
        let paid = Self.intent("completed", ["completed_by": "wal_1"])
        let shown = refused.setting("code", "intent_not_payable").setting("payment_intent", paid)
        #expect(judge.isInconclusive(DecisionAnswer(status: 409, document: shown)))
        let others = shown.setting("payment_intent", paid.setting("completed_by", "wal_2"))
        #expect(!judge.isInconclusive(DecisionAnswer(status: 409, document: others)))
        // A no after the customer's own yes is refused, and that is true.
        #expect(!(try Self.judge(.decline).isInconclusive(DecisionAnswer(status: 409, document: shown))))
    }

    @Test func `what was said is told, and as somebody's who may not be the platform`() throws {
        let answer = DecisionAnswer(status: 403, document: ["success": false, "error": "no \u{1B}[2Jentry"])
        guard case .inconclusive(let said) = try Self.judge(.pay).verdict(on: answer, isKnownAsPaid: false) else {
            Issue.record("believed")
            return
        }
        #expect(said.contains("the platform, or something before it, said") && said.contains("403"))
        #expect(PlainText.isClean(said) && said.contains("entry"))
    }

    // MARK: Asking

    private func finding(
        _ kind: DecisionKind, _ status: String, _ ledger: LedgerFinding, _ changes: [String: JSON] = [:]
    ) throws -> Finding {
        try Self.judge(kind).finding(on: PaymentIntent(document: Self.intent(status, changes)), ledger: ledger)
    }

    @Test func `the wallet's own ledger says whose payment it was`() throws {
        let payment = try LedgerTransaction(document: Self.transaction())
        for status in ["completed", "refunded", "pending", "cancelled"] {
            #expect(try finding(.pay, status, .paid(payment)) == .settled(.confirmed))
        }
        for changes in [["amount": "1.00"], ["from_account_id": "wal_2"], ["status": "processing"]] as [[String: JSON]]
        {
            let other = try LedgerTransaction(document: Self.transaction(changes))
            #expect(try finding(.pay, "completed", .paid(other)) == .undecided)
        }
        #expect(try finding(.pay, "completed", .silent) == .undecided)
        guard case .settled(.refused(let refusal)) = try finding(.pay, "completed", .notPaid) else {
            Issue.record("it was paid by another")
            return
        }
        #expect(refusal.code == .intentNotPayable && refusal.message.contains("another wallet paid it first"))
        // The intent says what the ledger doesn't: it is asked again.
        #expect(try finding(.pay, "completed", .notPaid, ["completed_by": "wal_1"]) == .undecided)
    }

    @Test func `an intent that is over says what can't be any more`() throws {
        for kind in DecisionKind.allCases {
            #expect(try finding(kind, "expired", .silent) == .settled(.lapsed))
            for open in ["pending", "pending_approval"] { #expect(try finding(kind, open, .silent) == .undecided) }
            guard case .settled(.refused) = try finding(kind, "cancelled", .silent) else {
                Issue.record("\(kind) of what was withdrawn")
                continue
            }
            guard case .notUnderstood = try finding(kind, "on_hold", .silent) else {
                Issue.record("\(kind) of an unknown status")
                continue
            }
        }
        #expect(try finding(.decline, "declined", .silent) == .settled(.confirmed))
        guard case .settled(.refused) = try finding(.approve, "declined", .silent) else {
            Issue.record("a yes after a no")
            return
        }
    }

    @Test func `an intent with other terms concludes nothing`() throws {
        for changes in [["amount": "35.51"], ["currency": "EUR"], ["merchant_id": "mer_2"]] as [[String: JSON]] {
            for status in ["completed", "expired", "cancelled", "declined"] {
                guard case .notUnderstood = try finding(.pay, status, .notPaid, changes) else {
                    Issue.record("\(status) of other terms")
                    continue
                }
            }
            #expect(try finding(.pay, "pending", .silent, changes) == .undecided)
        }
    }

    @Test(arguments: ["completed", "refunded"])
    func `a refusal that shows a payment which may be this wallet's settles nothing`(status: String) throws {
        for changes: [String: JSON] in [[:], ["target_wallet_id": "wal_1"], ["completed_by": "wal_1"]] {
            let refusal: JSON = [
                "success": false, "error": "x", "code": "intent_not_payable",
                "payment_intent": Self.intent(status, changes),
            ]
            for kind in [DecisionKind.pay, .approve] {
                #expect(
                    try Self.judge(kind).isInconclusive(DecisionAnswer(status: 409, document: refusal)), "\(changes)")
            }
        }
    }

    @Test func `what an intent says that only this wallet can have paid is never called another's`() throws {
        let judge = try Self.judge(.approve)
        let intent = try PaymentIntent(document: Self.intent("completed", ["target_wallet_id": "wal_1"]))
        #expect(judge.finding(on: intent, ledger: .notPaid) == .undecided)
        #expect(judge.isPaidByThisWallet(intent))
        // A mended database may not know whose wallet it is.
        let unsure = AnswerJudge(kind: .pay, terms: judge.terms, wallet: nil)
        let other = try PaymentIntent(document: Self.intent("completed", ["completed_by": "wal_2"]))
        #expect(unsure.isPaidByThisWallet(other) && !judge.isPaidByThisWallet(other))
    }
}

extension AnswerJudge {
    fileprivate func isInconclusive(_ answer: DecisionAnswer) -> Bool {
        if case .inconclusive = verdict(on: answer, isKnownAsPaid: false) { true } else { false }
    }
}
