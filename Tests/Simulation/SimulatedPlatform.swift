import WalletCore

/// The platform as a value, and its own truth: the ledger that the wallet can't see.
struct SimulatedPlatform {
    /// A payment intent; money in cents.
    struct Intent {
        var id: String
        var merchant: String
        var cents: Int
        var target: String?
        var status: String
        var createdAt: Int64
        var expiresAt: Int64
        var completedBy: String?
    }

    /// A decision that took effect.
    struct Effect {
        var intent: Int
        var key: String
        var kind: String
        var wallet: String
    }

    /// A debit of the customer's wallet.
    struct Debit {
        var id: String
        var intent: Int
        var cents: Int
        var at: Int64
    }

    /// The customer's wallet, and somebody else's.
    static let wallet = "wal_1"
    static let otherWallet = "wal_2"
    /// When a simulation begins, in milliseconds since 1970.
    static let beginning: Int64 = 1_800_000_000_000

    private(set) var intents: [Intent] = []
    private(set) var effects: [String: Effect] = [:]
    private(set) var debits: [Debit] = []
    /// What the wallet held at each version.
    private(set) var balances = [50_000]
    /// The places of intents in the order of their changes.
    private(set) var changes: [Int] = []
    var answers: [String: (request: String, status: Int, document: String)] = [:]
    let isReadByTime: Bool

    init(isReadByTime: Bool) { self.isReadByTime = isReadByTime }

    func place(of id: String) -> Int? {
        guard id.hasPrefix("pi_"), let place = Int(id.dropFirst(3)), intents.indices.contains(place) else { return nil }
        return place
    }

    mutating func add(merchant: String, cents: Int, target: String?, lifetime: Int64, at now: Int64) -> Int {
        let place = intents.count
        intents.append(
            Intent(
                id: "pi_\(place)", merchant: merchant, cents: cents, target: target,
                status: target == nil ? "pending" : "pending_approval", createdAt: now, expiresAt: now + lifetime))
        noteChange(of: place)
        return place
    }

    /// Whatever has had its time by now is over.
    mutating func expire(at now: Int64) {
        for place in intents.indices where isOpen(place) && intents[place].expiresAt <= now {
            become("expired", place)
        }
    }

    func isOpen(_ place: Int) -> Bool { intents[place].status.hasPrefix("pending") }

    mutating func cancel(_ place: Int) {
        if isOpen(place) { become("cancelled", place) }
    }

    mutating func payByOther(_ place: Int) {
        guard intents[place].status == "pending" else { return }
        intents[place].completedBy = Self.otherWallet
        become("completed", place)
    }

    /// Lets a decision of the customer take effect; the caller has seen that it may.
    mutating func take(_ kind: String, on place: Int, key: String, at now: Int64) {
        effects[key] = Effect(intent: place, key: key, kind: kind, wallet: Self.wallet)
        if kind != "decline" {
            debits.append(Debit(id: "tx_\(debits.count)", intent: place, cents: intents[place].cents, at: now))
            balances.append(balances[balances.count - 1] - intents[place].cents)
            intents[place].completedBy = Self.wallet
        }
        become(kind == "decline" ? "declined" : "completed", place)
    }

    private mutating func become(_ status: String, _ place: Int) {
        intents[place].status = status
        noteChange(of: place)
    }

    private mutating func noteChange(of place: Int) {
        if intents[place].target == Self.wallet { changes.append(place) }
    }
}
