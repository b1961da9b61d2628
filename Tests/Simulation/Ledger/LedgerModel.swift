import WalletCore

/// A platform's ledger that goes on while it is read: payments come, some late; some are completed or paid back; and the
/// list changes its order.
final class LedgerModel: @unchecked Sendable {
    /// How it may be read.
    enum Reading: String, CaseIterable, Sendable {
        /// By a change feed.
        case feed
        /// By the published list alone.
        case pages
    }

    struct Row {
        var id: String
        var intent: String
        var type = "payment"
        var status: String
        var cents: Int
        var merchant: Int
        var description: String
        var createdAt: Int64
        var sequence: Int
    }

    private static let pageSize = 6
    private static let beginning: Int64 = 1_800_000_000_000

    let reading: Reading
    private(set) var rows: [String: Row] = [:]
    /// Newest first, as the published list has them.
    private var list: [String] = []
    private var random: SeededRandom
    private var now = LedgerModel.beginning
    private var sequence = 0
    /// Whether it goes on while it is read.
    var isBusy = true

    init(seed: UInt64, reading: Reading) {
        self.reading = reading
        random = SeededRandom(seed)
        for _ in 0..<random.int(0...60) { add() }
    }

    // MARK: - What happens

    /// What happens between two calls.
    func goOn() {
        guard isBusy else { return }
        for _ in 0..<random.int(0...4) {
            switch random.int(0...9) {
            case 0...3: add()
            case 4: addLate()
            case 5, 6: complete()
            case 7: refund()
            default: reorder()
            }
        }
    }

    private func add() {
        // Several may come in the same millisecond.
        if random.chance(80) { now += Int64(random.int(1...100_000)) }
        insert(at: 0, createdAt: now)
    }

    /// A payment of long ago that the platform learns of only now.
    private func addLate() {
        guard !list.isEmpty else { return }
        let place = random.int(0...(list.count - 1))
        insert(at: place, createdAt: rows[list[place]]!.createdAt)
    }

    private func insert(at place: Int, createdAt: Int64) {
        sequence += 1
        let id = random.chance(80) ? random.uuid() : "tx_\(sequence)"
        rows[id] = Row(
            id: id, intent: "pi_\(sequence)", status: random.chance(20) ? "pending" : "completed",
            cents: random.int(1...99_999), merchant: random.int(1...5), description: "Order \(sequence)",
            createdAt: createdAt, sequence: sequence)
        list.insert(id, at: place)
    }

    private func complete() {
        guard let id = pick({ $0.status == "pending" }) else { return }
        sequence += 1
        rows[id]?.status = "completed"
        rows[id]?.sequence = sequence
    }

    private func refund() {
        guard let id = pick({ $0.type == "payment" && $0.status == "completed" }), var row = rows[id] else { return }
        sequence += 1
        row.sequence = sequence
        row.status = "refunded"
        rows[id] = row
        now += 1
        insert(at: 0, createdAt: now)
        rows[list[0]]?.type = "refund"
        rows[list[0]]?.status = "completed"
        rows[list[0]]?.intent = row.intent
        rows[list[0]]?.cents = row.cents
    }

    private func reorder() {
        guard list.count > 1 else { return }
        let from = random.int(0...(list.count - 1))
        let row = list.remove(at: from)
        list.insert(row, at: max(0, min(list.count, from + random.int(-8...8))))
    }

    private func pick(_ isFit: (Row) -> Bool) -> String? {
        let found = list.filter { isFit(rows[$0]!) }
        return found.isEmpty ? nil : random.pick(found)
    }

    // MARK: - What is told

    /// Whether a call comes to nothing.
    func fails() -> Bool { isBusy && random.chance(10) }

    /// After how many moments of the store's the process crashes, if it does.
    func momentsToLive() -> Int? { isBusy && random.chance(50) ? random.int(0...30) : nil }

    /// The answer to a call for transactions, and its tag; `nil` if this platform knows no such call.
    func answer(after: Int?, page: Int?) -> (document: JSON, etag: String)? {
        if let page { return (self.page(page), "\"\(sequence) \(list.hashValue)\"") }
        guard let after, reading == .feed else { return nil }
        let new = rows.values.filter { $0.sequence > after }.sorted { $0.sequence < $1.sequence }
        let shown = new.prefix(LedgerModel.pageSize)
        let next = shown.count < new.count ? shown.last!.sequence : max(sequence, after)
        let document: JSON = [
            "success": true, "transactions": .array(shown.map { self.document(of: $0, inFeed: true) }),
            "next": .integer(next), "has_more": .bool(shown.count < new.count),
        ]
        return (document, "\"\(sequence) \(after)\"")
    }

    private func page(_ number: Int) -> JSON {
        let size = LedgerModel.pageSize
        let shown = list.dropFirst((number - 1) * size).prefix(size).map { document(of: rows[$0]!, inFeed: false) }
        return [
            "success": true, "transactions": .array(shown), "page": .integer(number), "limit": .integer(size),
            "total": .integer(list.count), "total_pages": .integer((list.count + size - 1) / size),
        ]
    }

    private func document(of row: Row, inFeed: Bool) -> JSON {
        let (wallet, merchant) = ("wal_1", "m_\(row.merchant)")
        let time = Timestamp(milliseconds: row.createdAt).description
        var object = JSONObject([
            JSONObject.Member("transaction_id", .string(row.id)),
            JSONObject.Member("transaction_type", .string(row.type)),
            JSONObject.Member("status", .string(row.status)),
            JSONObject.Member("amount", .string("\(row.cents / 100).\(row.cents % 100 / 10)\(row.cents % 10)")),
            JSONObject.Member("currency", "USD"),
            JSONObject.Member("from_account_id", .string(row.type == "payment" ? wallet : merchant)),
            JSONObject.Member("to_account_id", .string(row.type == "payment" ? merchant : wallet)),
            JSONObject.Member("description", .string(row.description)),
            JSONObject.Member("metadata", ["payment_intent_id": .string(row.intent)]),
            JSONObject.Member("created_at", .string(time)),
        ])
        if inFeed { object["seq"] = .integer(row.sequence) }
        return .object(object)
    }

    /// Every transaction there is, a line each.
    var lines: [String] {
        rows.values.map {
            "\($0.id) \($0.intent) \($0.type) \($0.status) \($0.cents) \($0.description) \($0.createdAt)"
        }.sorted()
    }
}
