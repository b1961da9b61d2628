package import FexValues
import WalletCore

/// The platform as a pure value: a request and a moment go in, an answer comes out, and nothing else is known.
///
/// It follows the wallet's side of the platform as the project's API documents give it. Networks, clocks and everything
/// that goes wrong are put around it, by ``ModelPlatform`` for tests of the wallet and by the simulation. Documents are
/// written as text: a sweep of worlds writes millions of them.
package struct PlatformModel: Sendable {
    /// What this platform does that another may do otherwise.
    package struct Rules: Sendable {
        /// How closely a decision's proof is looked at.
        package enum Proofs: Sendable {
            /// Not at all.
            case unread
            /// Its signature and its claims must be right.
            case signed
            /// Header, freshness and the form of the signature too, as the contract has it.
            case strict
        }

        /// How closely a decision's proof is looked at.
        package var proofs = Proofs.unread
        /// The most changes in one answer of the feed of requests.
        package var approvalsPerPage = 1000
        /// The most changes in one answer of the feed of transactions.
        package var transactionsPerPage = 1000
        /// Whether transactions can be had as a feed; their published list is always there.
        package var hasTransactionFeed = true
        /// Whether the feed of requests takes the second of creation for a sequence, which is wrong.
        package var readsByTime = false
        /// How long an access token is good.
        package var accessLifetime: Duration = .seconds(300)
        /// How long after a login a device may be registered; `nil` for ever.
        package var freshLogin: Duration? = .seconds(300)
        /// How tokens are bound to keys; `nil` leaves them to every bearer, and discovery silent.
        package var dpop: DPoP?

        /// Rules as most tests want them.
        package init() {}
    }

    /// The one customer.
    package struct Customer: Sendable {
        /// The wallet's id.
        package var wallet: String
        /// The customer's id at the identity provider.
        package var user: String
        /// What the wallet's own code holds.
        package var scanToken: String
        /// The currency of the balance; of two decimals.
        package var currency = "USD"

        /// A customer.
        package init(wallet: String, user: String, scanToken: String) {
            self.wallet = wallet
            self.user = user
            self.scanToken = scanToken
        }
    }

    /// A decision that took effect.
    package struct Effect: Sendable {
        /// The place of its intent.
        package var intent: Int
        /// The decision's idempotency key.
        package var key: String
        /// `pay`, `approve` or `decline`.
        package var kind: String
    }

    /// What a decision's key was answered at first.
    struct FirstAnswer: Sendable {
        var request: String
        var answer: Answer
    }

    /// What the platform does that another may do otherwise.
    package var rules: Rules
    /// The one customer.
    package let customer: Customer
    /// The base of the identity provider's addresses.
    package let identityAddress: String
    /// All intents, in the order in which they were made.
    package internal(set) var intents: [Intent] = []
    /// What decisions did, by their keys.
    package internal(set) var effects: [String: Effect] = [:]
    /// What the wallet held at each version, in minor units.
    package internal(set) var balances: [Int64]
    /// All transactions of the wallet, in the order in which they were made.
    package internal(set) var transactions: [Transaction] = []
    /// Whether every decision is refused, as of a wallet that is blocked.
    package var isBlocked = false

    /// The places of intents in the order of their changes; a change's `seq` is one more than its index.
    var changes: [Int] = []
    /// The places of transactions in the order of their changes.
    var ledgerChanges: [Int] = []
    /// The places of transactions as the published list has them, newest first.
    package internal(set) var list: [Int] = []
    /// How often a row of that list was moved.
    var moves = 0
    /// Tells feeds apart from those that stood under the same numbers before a backup was put back.
    var generation = 0
    var places: [String: Int] = [:]
    var firstAnswers: [String: FirstAnswer] = [:]
    var identity = Identity()
    var devices: [Device] = []
    /// When each nonce that was not used yet ends.
    var nonces: [String: Timestamp] = [:]
    var noncesGiven = 0
    /// The proofs that came, and the nonces that they may hold.
    var proofs = ProofLog()

    /// A platform without intents.
    package init(
        customer: Customer, balance: Int64, identityAddress: String, rules: Rules = Rules()
    ) {
        self.customer = customer
        self.identityAddress = identityAddress
        self.rules = rules
        balances = [balance]
    }

    /// The place of an intent.
    package func place(of id: String) -> Int? { places[id] }

    /// What the wallet holds, in minor units.
    package var balance: Int64 { balances[balances.count - 1] }

    /// The `seq` of the last change of a request.
    package var lastChange: Int { changes.count }
}

// MARK: - What happens on the platform

extension PlatformModel {
    /// Adds an intent, and tells whom it is aimed at.
    @discardableResult
    package mutating func add(_ intent: Intent) -> Int {
        let place = intents.count
        intents.append(intent)
        places[intent.id] = place
        noteChange(of: place)
        return place
    }

    /// Whatever has had its time by now is over.
    package mutating func expire(at now: Timestamp) {
        for place in intents.indices where intents[place].isOpen && intents[place].expiresAt <= now {
            become("expired", place)
        }
    }

    /// The merchant withdraws an intent.
    package mutating func cancel(_ place: Int) {
        if intents[place].isOpen { become("cancelled", place) }
    }

    /// Another wallet pays a scanned intent.
    package mutating func pay(_ place: Int, by wallet: String) {
        guard intents[place].status == "pending" else { return }
        intents[place].completedBy = wallet
        become("completed", place)
    }

    /// Changes a field of an intent, as a merchant or a test might.
    package mutating func set(_ field: String, to value: JSON, of place: Int) {
        intents[place].set(field, to: value)
        noteChange(of: place)
    }

    /// Lets a decision of the customer's take effect; the caller has seen that it may.
    mutating func take(_ kind: String, on place: Int, key: String, at now: Timestamp) {
        effects[key] = Effect(intent: place, key: key, kind: kind)
        if kind != "decline" {
            let intent = intents[place]
            add(Transaction(payment: intent, wallet: customer.wallet, id: "tx_\(transactions.count + 1)", at: now))
            balances.append(balance - (intent.units ?? 0))
            intents[place].completedBy = customer.wallet
        }
        become(kind == "decline" ? "declined" : "completed", place)
    }

    /// Adds a transaction, in the published list at an index.
    package mutating func add(_ transaction: Transaction, at index: Int = 0) {
        var transaction = transaction
        transaction.sequence = ledgerChanges.count + 1
        let place = transactions.count
        transactions.append(transaction)
        ledgerChanges.append(place)
        list.insert(place, at: min(index, list.count))
    }

    /// Changes a transaction, which comes through the feed again.
    package mutating func change(_ place: Int, _ body: (inout Transaction) -> Void) {
        body(&transactions[place])
        ledgerChanges.append(place)
        transactions[place].sequence = ledgerChanges.count
    }

    /// Numbers the changes of requests anew, as after a backup was put back: nothing that happened is undone, but each
    /// request stands in the feed once, in the order of the last changes, and so the last `seq` is a lower one.
    package mutating func renumberRequests() {
        generation += 1
        var seen: Set<Int> = []
        changes = changes.reversed().filter { seen.insert($0).inserted }.reversed()
    }

    /// Has a request change so often, in what a wallet does not show: each time it stands in the feed again.
    package mutating func touch(_ place: Int, _ times: Int) {
        for _ in 0..<times { noteChange(of: place) }
    }

    mutating func become(_ status: String, _ place: Int) {
        intents[place].status = status
        noteChange(of: place)
    }

    private mutating func noteChange(of place: Int) {
        if intents[place].target == customer.wallet { changes.append(place) }
    }
}
