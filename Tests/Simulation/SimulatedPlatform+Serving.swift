import Foundation
import WalletCore

extension SimulatedPlatform {
    /// A request as the platform sees it.
    struct Request {
        var path: [Substring]
        var after: Int?
        var key: String?
        var body: Data
        var etag: String?
    }

    /// An answer of the platform's.
    struct Answer {
        var status: Int
        var document: String
        var etag: String?
    }

    private static let pageSize = 3

    mutating func serve(_ request: Request, at now: Int64) -> Answer {
        expire(at: now)
        let path = request.path
        switch path.last {
        case "wallet": return Answer(status: 200, document: #"{"success":true,"wallet":\#(account)}"#)
        case "approvals": return approvals(request)
        case "transactions": return transactions(request)
        case "pay", "approve", "decline": return decide(request, at: now)
        default:
            guard let place = path.last.flatMap({ place(of: String($0)) }) else { return refusal(404, "not_found") }
            return Answer(
                status: 200,
                document: #"{"success":true,"payment_intent":\#(document(of: place, isPublic: true))}"#)
        }
    }

    private var account: String {
        let balance = Self.text(cents: balances[balances.count - 1])
        return #"{"wallet_id":"\#(Self.wallet)","user_id":"usr_1","scan_token":"scan_1","currency":"USD","#
            + #""balance":"\#(balance)","version":\#(balances.count)}"#
    }

    private func approvals(_ request: Request) -> Answer {
        guard !isReadByTime else { return approvalsByTime(request) }
        let etag = #""a\#(changes.count)""#
        if let after = request.after, after == changes.count, request.etag == etag {
            return Answer(status: 304, document: "", etag: etag)
        }
        guard let after = request.after else {
            let places = intents.indices.filter { intents[$0].target == Self.wallet && isOpen($0) }
            return page(places.map { ($0, 0) }, next: changes.count, hasMore: false, etag: etag)
        }
        let end = min(changes.count, after + Self.pageSize)
        let items = (min(after, end)..<end).map { (changes[$0], $0 + 1) }
        return page(items, next: max(after, end), hasMore: end < changes.count, etag: end < changes.count ? nil : etag)
    }

    /// What a platform does that takes times of creation for a sequence.
    private func approvalsByTime(_ request: Request) -> Answer {
        let aimed = intents.indices.filter { intents[$0].target == Self.wallet }
        func second(_ place: Int) -> Int { Int((Self.beginning + intents[place].createdAt) / 1000) }
        let new = aimed.filter { place in request.after.map { second(place) > $0 } ?? isOpen(place) }
        let next = max(request.after ?? 0, aimed.map(second).max() ?? 0)
        return page(new.map { ($0, second($0)) }, next: next, hasMore: false, etag: nil)
    }

    private func page(_ items: [(place: Int, seq: Int)], next: Int, hasMore: Bool, etag: String?) -> Answer {
        let list = items.map {
            #"{"seq":\#($0.seq),"payment_intent":\#(document(of: $0.place, isPublic: false))}"#
        }
        return Answer(
            status: 200,
            document: #"{"success":true,"approvals":[\#(list.joined(separator: ","))],"next":\#(next),"#
                + #""has_more":\#(hasMore)}"#,
            etag: etag)
    }

    private func transactions(_ request: Request) -> Answer {
        let after = min(request.after ?? 0, debits.count)
        let end = min(debits.count, after + Self.pageSize)
        let list = (after..<end).map { document(ofDebit: $0) }.joined(separator: ",")
        return Answer(
            status: 200,
            document: #"{"success":true,"transactions":[\#(list)],"next":\#(end),"has_more":\#(end < debits.count)}"#)
    }

    // MARK: Decisions

    private mutating func decide(_ request: Request, at now: Int64) -> Answer {
        guard let key = request.key else { return refusal(400, "no_key") }
        let text = request.path.joined(separator: "/") + String(decoding: request.body, as: UTF8.self)
        if let first = answers[key] {
            guard first.request == text else { return refusal(409, "idempotency_mismatch") }
            return Answer(
                status: first.status,
                document: first.document.replacingOccurrences(of: #""replayed":false"#, with: #""replayed":true"#))
        }
        let answer = judge(request, key: key, at: now)
        if answer.status != 404 { answers[key] = (text, answer.status, answer.document) }
        return answer
    }

    private mutating func judge(_ request: Request, key: String, at now: Int64) -> Answer {
        let kind = String(request.path[request.path.count - 1])
        guard let place = place(of: String(request.path[request.path.count - 2])) else {
            return refusal(404, "not_found")
        }
        let intent = intents[place]
        if let target = intent.target, target != Self.wallet { return refusal(403, "not_yours") }
        guard intent.status != "expired" else { return refusal(409, "intent_expired", place) }
        guard intent.status == (kind == "pay" ? "pending" : "pending_approval") else {
            return refusal(409, "intent_not_payable", place)
        }
        let terms = SentTerms(request.body)
        guard terms?.amount == Self.text(cents: intent.cents), terms?.merchant == intent.merchant else {
            return refusal(422, "terms_changed")
        }
        guard kind == "decline" || intent.cents <= balances[balances.count - 1] else {
            return refusal(422, "insufficient_balance")
        }
        take(kind, on: place, key: key, at: now)
        let payment = kind == "decline" ? "" : #","transaction":\#(document(ofDebit: debits.count - 1))"#
        return Answer(
            status: 200,
            document: #"{"success":true,"replayed":false,"payment_intent":"#
                + "\(document(of: place, isPublic: false))\(payment)}")
    }

    private func refusal(_ status: Int, _ code: String, _ place: Int? = nil) -> Answer {
        let intent = place.map { #","payment_intent":\#(document(of: $0, isPublic: false))"# } ?? ""
        return Answer(
            status: status, document: #"{"success":false,"error":"refused","code":"\#(code)"\#(intent)}"#)
    }

    // MARK: Documents

    /// An intent as the platform shows it; who paid is shown to nobody who needs no token.
    private func document(of place: Int, isPublic: Bool) -> String {
        let intent = intents[place]
        func quoted(_ text: String?) -> String { text.map { "\"\($0)\"" } ?? "null" }
        let completedBy = isPublic ? "" : #","completed_by":\#(quoted(intent.completedBy))"#
        return #"{"id":"\#(intent.id)","merchant_id":"\#(intent.merchant)","merchant_name":"Shop","currency":"USD","#
            + #""amount":\#(Self.text(cents: intent.cents)),"status":"\#(intent.status)","#
            + #""expires_at":"\#(Self.text(time: intent.expiresAt))","target_wallet_id":\#(quoted(intent.target))"#
            + completedBy + "}"
    }

    private func document(ofDebit place: Int) -> String {
        let debit = debits[place]
        return #"{"transaction_id":"\#(debit.id)","transaction_type":"payment","status":"completed","currency":"USD","#
            + #""amount":"\#(Self.text(cents: debit.cents))","from_account_id":"wal_1","to_account_id":"mer","#
            + #""metadata":{"payment_intent_id":"pi_\#(debit.intent)"},"#
            + #""created_at":"\#(Self.text(time: debit.at))","seq":\#(place + 1)}"#
    }

    static func text(cents: Int) -> String {
        let rest = cents % 100
        return "\(cents / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    static func text(time: Int64) -> String { Timestamp(milliseconds: beginning + time).description }

    /// The `Date` of an answer (RFC 9110, section 5.6.7).
    static func date(at now: Int64) -> String {
        let text = Timestamp(milliseconds: (beginning + now) / 1000 * 1000).description
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let date = text.prefix(10).split(separator: "-")
        let month = months[(Int(date[1]) ?? 1) - 1]
        return "Fri, \(date[2]) \(month) \(date[0]) \(text.dropFirst(11).prefix(8)) GMT"
    }
}

/// What a decision that was sent says.
struct SentTerms {
    var amount: String
    var merchant: String

    init?(_ body: Data) {
        guard let document = try? JSON(parsing: body), let amount = document["amount"]?.stringValue,
            let merchant = document["merchant_id"]?.stringValue
        else { return nil }
        self.amount = amount
        self.merchant = merchant
    }
}
