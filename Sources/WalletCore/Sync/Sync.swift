import Foundation
import Logging

/// Keeps this device and the platform in step: sends what waits, fetches what is new, listens.
public final class Sync: Sendable {
    private let accountCalls: any AccountCalls
    private let transactions: TransactionFeed
    private let store: WalletStore
    let enrolment: Enrolment
    let decisions: Decisions
    let approvals: Approvals
    let events: (any EventTransport)?
    let endpoints: PlatformEndpoints
    let time: ServerTime
    let clock: any WalletClock
    let entropy: Entropy
    let log: Logger
    let listening = Watched(Listening.no)
    /// From which uptime on the platform is to be asked what is new; `nil` if nothing is known to be missing.
    let catchUpOwed = Watched<Duration?>(nil)

    init(
        accountCalls: any AccountCalls, transactions: TransactionFeed, decisions: Decisions, approvals: Approvals,
        store: WalletStore, enrolment: Enrolment, events: (any EventTransport)?, endpoints: PlatformEndpoints,
        time: ServerTime,
        clock: any WalletClock, entropy: Entropy, log: Logger
    ) {
        self.accountCalls = accountCalls
        self.transactions = transactions
        self.decisions = decisions
        self.approvals = approvals
        self.store = store
        self.enrolment = enrolment
        self.events = events
        self.endpoints = endpoints
        self.time = time
        self.clock = clock
        self.entropy = entropy
        self.log = log
    }

    /// Sends what waits and fetches what is new, once.
    ///
    /// Decisions go first. All that came is durable when this returns.
    ///
    /// - Throws: ``PlatformError`` if the platform is out of reach; what was done until then stays done.
    @discardableResult
    public func once() async throws -> SyncReport {
        // A mended database may not know whose it is, while somebody is logged in.
        if try await store.loadAccount() == nil { try await enrolment.renew() }
        let driven = try await decisions.sendAll()
        let requests = try await approvals.catchUp()
        let transactions = try await transactions.catchUp(newestFirst: true)
        let account = try await refreshAccount()
        try await store.saveSync(at: time.now(), time.memory)
        do { try await store.settle() } catch {
            // All that came is stored; the next sync tries again.
            log.warning("the database is not in order yet", metadata: ["error": "\(error)"])
        }
        return SyncReport(decisions: driven, approvals: requests, transactions: transactions, balance: account.balance)
    }

    /// How far the reading of the ledger has come, now and whenever that changes; `nil` while none is under way.
    public func watchProgress() -> AsyncStream<SyncProgress?> { transactions.progress.watch() }

    /// Asks the platform what the wallet holds; durable when this returns.
    @discardableResult
    public func refreshAccount() async throws -> Account {
        let account = try await accountCalls.fetchAccount()
        try await store.save(account)
        return account
    }

    /// Whose wallet it is.
    func loadWallet() async throws -> WalletID {
        guard let account = try await store.loadAccount() else { throw SessionError.notLoggedIn }
        return account.wallet
    }

    /// Fetches what is new in the inbox, in the account and in the ledger.
    func catchUp() async throws {
        try await approvals.catchUp()
        try await refreshAccount()
        try await transactions.catchUp(newestFirst: true)
    }

    /// Whether a request is on screen, now and whenever that changes.
    func watchOpenRequests() -> some AsyncSequence<Bool, any Error> {
        let time = time
        return store.watchHasOpenApprovals(at: { time.now() })
    }

    /// Whether a request is open at this moment; takes note of what other processes wrote meanwhile.
    func hasOpenRequests() async throws -> Bool {
        try await store.noteChangesByOthers()
        return try await store.hasOpenApprovals(at: time.now())
    }
}
