import FexValues
import WalletCore
import WalletTesting

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

    private(set) var platform: PlatformModel
    private var random: SeededRandom
    private var now = World.beginning
    /// Whether it goes on while it is read.
    var isBusy = true

    init(seed: UInt64, reading: Reading) {
        random = SeededRandom(seed)
        var rules = PlatformModel.Rules()
        rules.hasTransactionFeed = reading == .feed
        rules.transactionsPerPage = 6
        rules.accessLifetime = .seconds(86_400 * 365)
        platform = PlatformModel(
            customer: .init(wallet: World.wallet, user: "usr_1", scanToken: "scan_1"), balance: 50_000,
            identityAddress: "https://p.test", rules: rules)
        for _ in 0..<random.int(0...60) { add() }
    }

    /// Logs the customer in, and returns what the token endpoint would answer.
    func logIn() -> String { platform.logIn(at: Timestamp(milliseconds: now)) }

    /// Serves one request.
    func serve(_ request: PlatformModel.Request) -> PlatformModel.Answer {
        platform.serve(request, at: Timestamp(milliseconds: now))
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
        insert(at: 0, createdAt: Timestamp(milliseconds: now))
    }

    /// A payment of long ago that the platform learns of only now.
    private func addLate() {
        guard !platform.list.isEmpty else { return }
        let place = random.int(0...(platform.list.count - 1))
        insert(at: place, createdAt: platform.transactions[platform.list[place]].createdAt)
    }

    private func insert(at place: Int, createdAt: Timestamp) {
        let number = platform.transactions.count + 1
        let id = random.chance(80) ? random.uuid() : "tx_\(number)"
        let isPending = random.chance(20)
        let amount = PlatformModel.digits(Int64(random.int(1...99_999)))
        var row = PlatformModel.Transaction(
            id: id, intent: "pi_\(number)", amount: amount, from: World.wallet, to: "m_\(random.int(1...5))",
            summary: "Order \(number)", createdAt: createdAt)
        row.completedAt = nil
        if isPending { row.status = "pending" }
        platform.add(row, at: place)
    }

    private func complete() {
        guard let place = pick({ $0.status == "pending" }) else { return }
        platform.change(place) { $0.status = "completed" }
    }

    private func refund() {
        guard let place = pick({ $0.type == "payment" && $0.status == "completed" }) else { return }
        platform.change(place) { $0.status = "refunded" }
        let paid = platform.transactions[place]
        now += 1
        let number = platform.transactions.count + 1
        var row = PlatformModel.Transaction(
            id: random.uuid(), intent: paid.intent, amount: paid.amount, from: paid.to, to: paid.from,
            summary: "Order \(number)", createdAt: Timestamp(milliseconds: now))
        row.completedAt = nil
        row.type = "refund"
        platform.add(row)
    }

    private func reorder() {
        guard platform.list.count > 1 else { return }
        platform.moveInList(from: random.int(0...(platform.list.count - 1)), by: random.int(-8...8))
    }

    private func pick(_ isFit: (PlatformModel.Transaction) -> Bool) -> Int? {
        let found = platform.list.filter { isFit(platform.transactions[$0]) }
        return found.isEmpty ? nil : random.pick(found)
    }

    // MARK: - What is told

    /// Whether a call comes to nothing.
    func fails() -> Bool { isBusy && random.chance(10) }

    /// After how many moments of the store's the process crashes, if it does.
    func momentsToLive() -> Int? { isBusy && random.chance(50) ? random.int(0...30) : nil }

    /// Every transaction there is, a line each.
    var lines: [String] {
        platform.transactions.map {
            let units = $0.amount.replacing(".", with: "").drop { $0 == "0" }
            return "\($0.id) \($0.intent) \($0.type) \($0.status) \(units) \($0.summary ?? "-") "
                + "\($0.createdAt.milliseconds)"
        }.sorted()
    }
}
