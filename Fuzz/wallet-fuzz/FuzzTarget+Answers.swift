#if DEBUG || LIBFUZZER
    import FexValues
    import Foundation
    @testable import WalletCore

    extension FuzzTarget {
        /// Answers against terms: what settles a decision is the documented word about these very terms. The rule is written
        /// down here a second time, from the contract and without the judge's own readers.
        ///
        /// The first byte says which decision it is, the second which status the answer has.
        static let answers = FuzzTarget(
            name: "answers", maximumLength: 8192, seeds: { try corpus("answers.txt") },
            run: { bytes in
                guard bytes.count > 2, let document = try? JSON(parsing: Array(bytes.dropFirst(2))) else { return }
                let kind = DecisionKind.allCases[Int(bytes[0]) % DecisionKind.allCases.count]
                let status = statuses[Int(bytes[1]) % statuses.count]
                let answer = DecisionAnswer(status: status, document: document)
                for isKnownAsPaid in [false, true] {
                    judge(answer, document, kind, isKnownAsPaid)
                }
            })

        private static let statuses = [200, 201, 204, 302, 400, 401, 403, 404, 409, 410, 422, 429, 500, 503]
        private static let wallet = WalletID("wal_1")!
        private static let terms = (try? Money(digits: "35.50", currency: Currency("USD"))).map { amount in
            Terms(intent: IntentID("pi_1")!, amount: amount, merchant: MerchantID("mer_1")!)
        }
        private static let finalCodes: Set<String> = [
            "intent_expired", "intent_not_payable", "idempotency_mismatch", "not_this_wallet", "device_unknown",
            "device_revoked", "wallet_blocked", "intent_unknown", "terms_changed", "insufficient_balance",
            "proof_invalid", "limit_exceeded",
        ]

        private static func judge(
            _ answer: DecisionAnswer, _ document: JSON, _ kind: DecisionKind, _ isKnownAsPaid: Bool
        ) {
            guard let terms else { return hold(false, "there are no terms") }
            let judge = AnswerJudge(kind: kind, terms: terms, wallet: wallet)
            switch judge.verdict(on: answer, isKnownAsPaid: isKnownAsPaid) {
            case .confirmed:
                hold(answer.status == 200, "a \(answer.status) confirms")
                hold(only("success", of: document) == true, "it confirms, and says of no success")
                let intent = only("payment_intent", of: document) ?? .null
                hold(only("id", of: intent) == "pi_1", "another intent confirms")
                hold(only("merchant_id", of: intent) == "mer_1", "another merchant's intent confirms")
                hold(only("currency", of: intent) == "USD", "another currency confirms")
                hold(isAmount(only("amount", of: intent)), "another amount confirms")
                hold(
                    only("status", of: intent)?.stringValue == (kind == .decline ? "declined" : "completed"),
                    "it confirms in another status")
                let payer = only("completed_by", of: intent)
                hold(payer == nil || payer == .null || payer == "wal_1", "what another wallet paid confirms")
            case .refused(let refusal):
                checkRefusal(answer, document, code: refusal.code.rawValue)
                hold(PlainText.isClean(refusal.message), "the refusal can't be shown")
                hold(!(isKnownAsPaid && kind.movesMoney), "what was paid is refused")
            case .lapsed:
                checkRefusal(answer, document, code: "intent_expired")
                hold(!(isKnownAsPaid && kind.movesMoney), "what was paid lapses")
            case .inconclusive(let heard):
                hold(PlainText.isClean(heard), "what was heard can't be shown")
            }
        }

        private static func checkRefusal(_ answer: DecisionAnswer, _ document: JSON, code: String) {
            hold((400..<500).contains(answer.status), "a \(answer.status) refuses")
            hold(only("success", of: document) == false, "it refuses, and does not say so")
            hold(only("code", of: document)?.stringValue == code, "it refuses by another code")
            hold(finalCodes.contains(code), "the contract has no such refusal")
        }

        /// A member that stands in an object once.
        private static func only(_ name: String, of document: JSON) -> JSON? {
            let found = document.objectValue?.members.filter { $0.name == name } ?? []
            return found.count == 1 ? found[0].value : nil
        }

        /// Whether a number, or a text with one, is 35.50.
        private static func isAmount(_ value: JSON?) -> Bool {
            let text = value?.stringValue ?? value?.text ?? ""
            return Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")) == Decimal(string: "35.5")
        }
    }
#endif
