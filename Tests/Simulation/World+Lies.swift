import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import WalletCore
import WalletTesting

extension World {
    /// The lie that a call is answered with, if it is.
    func nextLie() -> Lie? {
        guard !isCalm, plan.lies > 0, liar.chance(plan.lies) else { return nil }
        return liar.pick(Lie.allCases)
    }

    /// Answers a call in the platform's place, which has done the work or never will.
    func tell(
        _ lie: Lie, to request: PlatformModel.Request, of process: SimulatedProcess, after there: Int64,
        backAfter back: Int64, _ answer: @escaping (Result<HTTPAnswer, HTTPTransportError>) -> Bool
    ) {
        let isServed = liar.chance(50)
        timeline.schedule(after: there, "request") { [self] in
            if isServed { _ = serve(request) }
            let isKept = request.isLedger && [.ageUnheard, .searchPassedOver].contains(mutation)
            var told =
                isKept ? keptLedger(for: request, of: process.device) : compose(lie, for: request, of: process.device)
            // Some caches date what they have kept anew.
            let isRedated = request.isLedger && !request.isList && timeline.now.isMultiple(of: 2)
            if isRedated || mutation == .searchPassedOver && isKept { told?.keptSince = nil }
            if told.map({ isPlatformsWord($0, on: request) }) == true { told = self.answer(with: .page) }
            note("lie \(lie.rawValue) \(request.line) \(isServed ? "served" : "unserved") \(told?.status ?? 0)")
            count("lies", lie.rawValue)
            guard let told else {
                let error = HTTPTransportError(.bodyTooLarge, mayHaveBeenSent: true, detail: "too large")
                return deliver(.failure(error), after: back, answer)
            }
            let isFeed = request.path.last == "approvals"
            let brought = httpAnswer(mutated(told, request), isHonest: false)
            if isFeed { feedAnswersOnTheWay += 1 }
            timeline.schedule(after: back, "answer") { [self] in
                if isFeed { feedAnswersOnTheWay -= 1 }
                guard answer(.success(brought)) else { return }
                if told.keptSince != nil { process.device.heardOldTime = true }
            }
        }
    }

    /// The answer; `nil` for one that is too large for the transport.
    private func compose(
        _ lie: Lie, for request: PlatformModel.Request, of device: SimulatedDevice
    ) -> PlatformModel.Answer? {
        switch lie {
        case .rowLeftOut: return withoutOpenPayments(request, of: device) ?? answer(with: .uncoded)
        case .huge: return nil
        case .empty, .page, .emptyObject, .uncoded, .redirect: return answer(with: lie)
        case .cut:
            let whole = request.isDecision ? confirmation(of: request) : earlier[request.line]?.document
            let text = whole ?? "{\"success\":true}"
            return .init(200, String(text.prefix(text.count / 2)))
        case .older:
            // Nothing keeps the answer to a registration, which holds another key each time.
            guard !request.isIdentity, request.path.last != "devices" else { return answer(with: .page) }
            if let same = earlier[request.line] { return same }
            return anotherAnswer(than: request) ?? answer(with: .emptyObject)
        case .otherIntent where request.isPublicIntent: return anotherAnswer(than: request) ?? answer(with: .page)
        case .otherTerms where request.isPublicIntent: return otherTerms(for: request) ?? answer(with: .page)
        case .failedSuccess, .otherIntent, .otherTerms, .otherWallet, .stillOpen, .otherTransaction:
            guard request.isDecision, let text = confirmation(of: request, lie) else { return answer(with: .uncoded) }
            return .init(200, text)
        }
    }

    /// The ledger as it once was: of what is kept without its age, it is what a payment is judged by.
    private func keptLedger(
        for request: PlatformModel.Request, of device: SimulatedDevice
    ) -> PlatformModel.Answer? {
        guard request.isSearch else { return compose(.older, for: request, of: device) }
        return earlier[request.line] ?? emptyLedger(for: request)
    }

    /// The ledger as it is before the first payment.
    func emptyLedger(for request: PlatformModel.Request) -> PlatformModel.Answer {
        let end =
            request.isList
            ? #""page":1,"limit":20,"total":0,"total_pages":0"#
            : #""next":\#(request.value("after") ?? "0"),"has_more":false"#
        return .init(200, #"{"success":true,"transactions":[],\#(end)}"#)
    }

    /// The ledger without what this device's open decisions have brought about; `nil` where that was no lie that can
    /// be told from the truth.
    private func withoutOpenPayments(
        _ request: PlatformModel.Request, of device: SimulatedDevice
    ) -> PlatformModel.Answer? {
        guard request.isLedger, !request.isSearch || request.isList == liesInList else { return nil }
        let open = oracle.rows[device.number].values.filter { !$0.isSettled && platform.effects[$0.key] != nil }
        let answer = platform.serve(request, at: now)
        guard !open.isEmpty, var document = (try? JSON(parsing: Data(answer.document.utf8)))?.objectValue,
            let rows = document["transactions"]?.arrayValue
        else { return nil }
        let left = Set(open.map(\.intent))
        document["transactions"] = .array(
            rows.filter { row in
                row["metadata"]?["payment_intent_id"]?.stringValue.map { !left.contains($0) } ?? true
            })
        return .init(answer.status, JSON.object(document).text)
    }

    private static let statuses = [
        200, 200, 201, 202, 204, 206, 300, 302, 307, 400, 400, 401, 403, 403, 404, 404, 405, 409, 411, 413, 422, 425,
        431,
        451, 500, 502, 503, 511,
    ]

    private func answer(with lie: Lie) -> PlatformModel.Answer {
        let status = liar.pick(lie == .redirect ? [301, 302, 303, 307, 308] : Self.statuses)
        let bodies: [Lie: String] = [
            .page: "<html><title>Log in</title></html>", .emptyObject: "{}",
            .uncoded: #"{"success":false,"error":"x"}"#,
        ]
        return .init(status, bodies[lie] ?? "")
    }

    /// The answer to an earlier call of another kind, or about another intent.
    private func anotherAnswer(than request: PlatformModel.Request) -> PlatformModel.Answer? {
        let others = earlier.filter { line, answer in
            guard answer.status == 200, !line.contains("token"), !line.contains("openid") else { return false }
            let path = line.prefix { $0 != "?" }
            return path != request.line.prefix { $0 != "?" }
        }
        guard !others.isEmpty else { return nil }
        return others[liar.pick(others.keys.sorted())]
    }

    /// The intent with other terms, where this device has decided on it and waits for the outcome.
    private func otherTerms(for request: PlatformModel.Request) -> PlatformModel.Answer? {
        guard let place = platform.place(of: String(request.path.last ?? "")),
            oracle.rows.allSatisfy({ rows in
                let open = rows.values.filter { $0.intent == platform.intents[place].id }
                return !open.isEmpty && open.contains { !$0.isSettled }
            })
        else { return nil }
        var intent = platform.intents[place]
        change(&intent, .otherTerms)
        return .init(200, #"{"success":true,"payment_intent":\#(intent.document(isPublic: true))}"#)
    }

    /// A confirmation of a decision, true but for what the lie changes; `nil` for an intent that is none.
    func confirmation(of request: PlatformModel.Request, _ lie: Lie? = nil) -> String? {
        guard let place = platform.place(of: request.intentID) else { return nil }
        var intent = platform.intents[place]
        if lie == .otherIntent {
            intent = PlatformModel.Intent(
                id: "pi_other", merchant: intent.merchant, amount: intent.amount, target: intent.target,
                createdAt: intent.createdAt, expiresAt: intent.expiresAt)
        }
        let isDecline = request.path.last == "decline"
        intent.status = isDecline ? "declined" : "completed"
        intent.completedBy = isDecline ? nil : World.wallet
        if let lie { change(&intent, lie) }
        var payment = ""
        if !isDecline || lie == .otherTransaction {
            payment = ",\"transaction\":\(transaction(of: intent, isOther: lie == .otherTransaction))"
        }
        return #"{"success":\#(lie != .failedSuccess),"replayed":false,"#
            + #""payment_intent":\#(intent.document(isPublic: false))\#(payment)}"#
    }

    private func change(_ intent: inout PlatformModel.Intent, _ lie: Lie) {
        switch lie {
        case .otherTerms:
            switch liar.int(0...2) {
            case 0: intent.set("amount", to: .number(PlatformModel.digits((intent.units ?? 0) + 1)))
            case 1: intent.set("currency", to: "EUR")
            default: intent.set("merchant_id", to: "mer_other")
            }
        case .otherWallet:
            intent.status = "completed"
            intent.completedBy = World.otherWallet
        case .stillOpen:
            intent.status = liar.pick(["pending", "pending_approval", "cancelled", "expired", "processing"])
            intent.completedBy = nil
        default: break
        }
    }

    private func transaction(of intent: PlatformModel.Intent, isOther: Bool) -> String {
        var transaction = PlatformModel.Transaction(
            id: "tx_lie", intent: intent.id, amount: intent.amount, from: World.wallet, to: intent.merchant,
            summary: nil, createdAt: now)
        if isOther {
            switch liar.int(0...2) {
            case 0: transaction.intent = "pi_other"
            case 1: transaction.from = World.otherWallet
            default: transaction.amount = PlatformModel.digits((intent.units ?? 0) + 1)
            }
        }
        return transaction.document()
    }

    /// Whether the contract takes an answer to a decision for the platform's word, while the platform did not answer so.
    private func isPlatformsWord(_ answer: PlatformModel.Answer, on request: PlatformModel.Request) -> Bool {
        guard request.isDecision, let document = try? JSON(parsing: Data(answer.document.utf8)) else { return false }
        if let own = earlier[request.line], own.document == answer.document { return false }
        if (400..<500).contains(answer.status) {
            return PlatformModel.refusalCodes.contains(document["code"]?.stringValue ?? "")
        }
        guard answer.status == 200, document["success"] == true, let intent = document["payment_intent"],
            intent["id"]?.stringValue == request.intentID,
            intent["status"]?.stringValue == (request.path.last == "decline" ? "declined" : "completed")
        else { return false }
        let isTrue = platform.effects.values.contains {
            platform.intents[$0.intent].id == request.intentID && $0.kind == request.path.last ?? ""
        }
        let terms = DecisionTerms(request.body)
        let amount = intent["amount"].map { $0.stringValue ?? $0.text }
        let hasTerms =
            intent["merchant_id"]?.stringValue == terms?.merchant && intent["currency"]?.stringValue == terms?.currency
            && amount == terms.map { PlatformModel.digits($0.amount) }
        guard hasTerms, [nil, .null, .string(World.wallet)].contains(intent["completed_by"]) else { return false }
        return !isTrue && isOfDecision(document["transaction"], request, amount)
    }

    private func isOfDecision(_ transaction: JSON?, _ request: PlatformModel.Request, _ amount: String?) -> Bool {
        guard let transaction, transaction != .null else { return true }
        return transaction["metadata"]?["payment_intent_id"]?.stringValue == request.intentID
            && transaction["amount"]?.stringValue == amount
            && transaction["from_account_id"]?.stringValue == World.wallet
    }
}

extension PlatformModel.Request {
    /// What an answer is remembered by: the path and the query, and of a decision its key.
    var line: String {
        let query = query.isEmpty ? "" : "?" + query.joined(separator: "&")
        return path.suffix(2).joined(separator: "/") + query + (key.map { " " + $0 } ?? "")
    }

    /// The intent that a decision is on.
    var intentID: String { path.count > 1 ? String(path[path.count - 2]) : "" }

    /// Whether it asks for the public view of an intent.
    var isPublicIntent: Bool { path.first == "merchant" }

    /// Whether it asks for the ledger, in either form.
    var isLedger: Bool { path.last == "transactions" }

    /// Whether it asks for the ledger as the published list.
    var isList: Bool { isLedger && value("page") != nil }

    /// Whether it searches the ledger, in either form, for a payment that was not read.
    var isSearch: Bool { isLedger && value("limit") == (isList ? "20" : "400") }

    /// Whether it goes to the identity provider.
    var isIdentity: Bool { path.first != "merchant" && path.first != "wallet" }
}
