import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import Synchronization
import WalletTesting

@testable import WalletCore

/// A platform whose feeds hold the rows that a test puts there, and that keeps to the limits of a call; everything else is
/// the model's.
final class TestFeeds: HTTPTransport {
    struct State {
        var approvals: [Int: JSON] = [:]
        var transactions: [Int: JSON] = [:]
        /// How much longer rows are than they look: nobody has to make, send and read what is too long anyway.
        var approvalLengths: [Int: Int] = [:]
        var transactionLengths: [Int: Int] = [:]
        /// Whether `fields=summary` is known.
        var knowsSummary = true
        /// Whether there is a feed of transactions, or the published list alone.
        var hasTransactionFeed = true
        /// What the account says beside the model's.
        var version: Int?
        var balance = "1000.00"
        var queries: [String] = []
    }

    private let model: ModelPlatform
    private let clock: any WalletClock
    private let state = Mutex(State())

    init(_ test: TestWallet) {
        model = test.platform
        clock = test.clock
    }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    /// What was asked of the feeds and the list, in its order.
    var queries: [String] { state.withLock { $0.queries } }

    /// A row of a feed.
    func row(_ feed: String, _ seq: Int) -> JSON {
        state.withLock { (feed == "approvals" ? $0.approvals : $0.transactions)[seq] ?? .null }
    }

    /// Puts a request into the feed.
    func ask(_ id: String, seq: Int, noteLength: Int = 0, _ change: (inout JSONObject) -> Void = { _ in }) {
        var intent = JSONObject([
            .init("id", .string(id)), .init("merchant_id", "mer_1"), .init("merchant_name", "Café Zoë"),
            .init("amount", .number("35.50")), .init("currency", "USD"), .init("status", "pending_approval"),
            .init("expires_at", "2026-01-01T13:00:00Z"), .init("description", "Two coffees"),
            .init("target_wallet_id", .string(ModelPlatform.wallet.rawValue)),
        ])
        intent["metadata"] = ["note": .string(String(repeating: "x", count: noteLength < 1_000_000 ? noteLength : 0))]
        change(&intent)
        self.change { state in
            state.approvals[seq] = ["seq": .integer(seq), "payment_intent": .object(intent)]
            state.approvalLengths[seq] = noteLength
        }
    }

    /// Puts a payment into the ledger.
    func pay(_ id: String, seq: Int, noteLength: Int = 0, _ change: (inout JSONObject) -> Void = { _ in }) {
        var payment = JSONObject([
            .init("seq", .integer(seq)), .init("transaction_id", .string(id)), .init("transaction_type", "payment"),
            .init("status", "completed"), .init("amount", "5.00"), .init("currency", "USD"),
            .init("from_account_id", .string(ModelPlatform.wallet.rawValue)), .init("to_account_id", "mer_1"),
            .init("description", .string("Order \(seq)")),
            .init("metadata", ["payment_intent_id": .string("pi_\(id)")]),
            .init("created_at", .string(Timestamp(milliseconds: 1_767_268_800_000 + Int64(seq)).description)),
        ])
        if noteLength < 1_000_000 { payment["note"] = .string(String(repeating: "x", count: noteLength)) }
        change(&payment)
        self.change { state in
            state.transactions[seq] = .object(payment)
            state.transactionLengths[seq] = noteLength
        }
    }

    func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
        let target = call.address.target
        let path = target.prefix { $0 != "?" }
        let limit = call.limits.bodyBytes
        let answer = state.withLock { state -> (Int, JSON)? in
            if path.hasSuffix("/approvals") || path.hasSuffix("/transactions") { state.queries.append(target) }
            return state.answer(String(path), Query(target))
        }
        guard let answer else { return try await model.send(call) }
        let padding = answer.1["padding"]?.integerValue ?? 0
        let body = padding > limit ? Data() : answer.1.data
        guard padding <= limit, body.count <= limit else {
            throw HTTPTransportError(.bodyTooLarge, mayHaveBeenSent: true, detail: "too large")
        }
        let response = HTTPResponse(status: .init(code: answer.0), headerFields: [.date: clock.now().httpDate])
        return HTTPAnswer(response, body: body)
    }
}

private struct Query {
    private var items: [Substring: Substring] = [:]

    init(_ target: String) {
        for item in target.split(separator: "?").last?.split(separator: "&") ?? [] {
            let parts = item.split(separator: "=")
            if parts.count == 2 { items[parts[0]] = parts[1] }
        }
    }

    func number(_ name: Substring) -> Int? { items[name].flatMap { Int($0) } }
    var isSummary: Bool { items["fields"] == "summary" }
}

extension TestFeeds.State {
    fileprivate func answer(_ path: String, _ query: Query) -> (Int, JSON)? {
        if query.isSummary, !knowsSummary { return (400, ["success": false, "error": "fields is not known"]) }
        if path.hasSuffix("/wallet"), let version {
            return (
                200,
                [
                    "success": true,
                    "wallet": [
                        "wallet_id": .string(ModelPlatform.wallet.rawValue), "user_id": "user_1",
                        "scan_token": .string(ModelPlatform.wallet.rawValue), "currency": "USD",
                        "balance": .string(balance), "version": .integer(version),
                    ],
                ]
            )
        }
        if path.hasSuffix("/approvals") {
            let rows = query.number("after") == nil ? waiting : approvals
            return (200, feed("approvals", rows, query.isSummary ? [:] : approvalLengths, query))
        }
        guard path.hasSuffix("/transactions") else { return nil }
        if let page = query.number("page") { return (200, list(page: page, limit: query.number("limit") ?? 20)) }
        guard hasTransactionFeed else { return (400, ["success": false, "error": "page is missing"]) }
        return (200, feed("transactions", transactions, transactionLengths, query))
    }

    private var waiting: [Int: JSON] {
        approvals.filter { $0.value["payment_intent"]?["status"] == "pending_approval" }
    }

    private func feed(_ name: String, _ rows: [Int: JSON], _ lengths: [Int: Int], _ query: Query) -> JSON {
        let after = query.number("after") ?? 0
        let new = rows.filter { $0.key > after }.sorted { $0.key < $1.key }
        let shown = new.prefix(query.number("limit") ?? 200)
        let last = (name == "approvals" ? approvals : transactions).keys.max() ?? 0
        let next = shown.count < new.count ? shown.last!.key : last
        return [
            "success": true, name: .array(shown.map { summary($0.value, query) }),
            "next": .integer(next), "has_more": .bool(shown.count < new.count),
            "padding": .integer(shown.reduce(0) { $0 + (lengths[$1.key] ?? 0) }),
        ]
    }

    private func summary(_ row: JSON, _ query: Query) -> JSON {
        guard query.isSummary, var object = row.objectValue else { return row }
        object["metadata"] = nil
        if var intent = object["payment_intent"]?.objectValue {
            intent["metadata"] = nil
            object["payment_intent"] = .object(intent)
        }
        return .object(object)
    }

    private func list(page: Int, limit: Int) -> JSON {
        let rows = transactions.sorted { $0.key > $1.key }
        let shown = rows.dropFirst((page - 1) * limit).prefix(limit)
        return [
            "success": true, "transactions": .array(shown.map { $0.value.setting("seq", .null) }),
            "padding": .integer(shown.reduce(0) { $0 + (transactionLengths[$1.key] ?? 0) }),
            "total": .integer(rows.count), "total_pages": .integer((rows.count + limit - 1) / limit),
        ]
    }
}
