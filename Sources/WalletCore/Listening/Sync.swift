import FexValues
import Foundation
import Logging

/// Keeps this device and the platform in step: sends what waits, fetches what is new, listens.
public final class Sync: Sendable {
    private let accountCalls: any AccountCalls
    private let transactions: LedgerSync
    let store: WalletStore
    let accountService: AccountService
    let decisions: Decisions
    let approvals: Approvals
    let events: (any EventTransport)?
    let endpoints: PlatformEndpoints
    let time: ServerTime
    let clock: any WalletClock
    let entropy: Entropy
    let log: Logger
    let listening = CurrentValue(EventDelivery.no)
    /// From which uptime on the platform is to be asked what is new; `nil` if nothing is known to be missing.
    let pendingCatchUp = CurrentValue<Duration?>(nil)
    /// How many events have told of a device.
    let deviceEvents = CurrentValue(0)
    let addedDevices = CurrentValue<[RegisteredDevice]>([])

    init(
        accountCalls: any AccountCalls, transactions: LedgerSync, decisions: Decisions, approvals: Approvals,
        store: WalletStore, accountService: AccountService, events: (any EventTransport)?, endpoints: PlatformEndpoints,
        time: ServerTime,
        clock: any WalletClock, entropy: Entropy, log: Logger
    ) {
        self.accountCalls = accountCalls
        self.transactions = transactions
        self.decisions = decisions
        self.approvals = approvals
        self.store = store
        self.accountService = accountService
        self.events = events
        self.endpoints = endpoints
        self.time = time
        self.clock = clock
        self.entropy = entropy
        self.log = log
    }

    /// Sends what waits and fetches what is new, once.
    ///
    /// Decisions go first; then requests, transactions and the account are fetched, each whatever became of the others. All
    /// that came is durable when this returns or throws.
    ///
    /// - Throws: ``SyncError`` if steps failed, with what was done all the same; ``SessionError``, which ends it;
    ///   ``PlatformError`` where the wallet does not know yet whose it is, and can't be told; ``SecretStoreError``;
    ///   ``StorageError``; `CancellationError`.
    @discardableResult
    public func once() async throws -> SyncReport { try await store.gate.call { try await self.syncOnce() } }

    private func syncOnce() async throws -> SyncReport {
        // A mended database may not know whose it is, while somebody is logged in.
        if try await store.loadAccount() == nil { try await accountService.restore() }
        var steps = SyncSteps()
        var decisions: [Decision] = []
        try await steps.take(.decisions) { decisions = try await self.decisions.sendAll() }
        let news = try await fetchNews(&steps)
        decisions += news.reopened
        if steps.failures.isEmpty { try await store.saveSync(at: time.now(), time.memory) }
        do { try await store.settle() } catch let error as StorageError where error.isDamage {
            throw error
        } catch {
            // All that came is stored; the next sync tries again.
            log.warning("the database is not in order yet", metadata: ["error": "\(error)"])
        }
        guard let account = try await store.loadAccount() else { throw SessionError.notLoggedIn }
        let report = SyncReport(
            decisions: decisions, approvals: news.approvals.count, transactions: news.transactions.count,
            balance: account.balance, quarantined: try await store.loadQuarantine())
        guard steps.failures.isEmpty else { throw SyncError(failures: steps.failures, report: report) }
        return report
    }

    /// The rows of feeds that can't be read and are kept aside, oldest first, from the device.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadQuarantine() async throws -> [QuarantinedRow] { try await store.loadQuarantine() }

    /// The rows of feeds that can't be read and are kept aside, oldest first: now, and again whenever that changes.
    public func watchQuarantine() -> some AsyncSequence<[QuarantinedRow], any Error> & Sendable {
        store.watchQuarantine()
    }

    /// How far the reading of the ledger has come, now and whenever that changes; `nil` while none is under way.
    public func watchProgress() -> AsyncStream<SyncProgress?> { transactions.progress.watch() }

    /// Asks the platform what the wallet holds; durable when this returns.
    ///
    /// Answers that overtake each other set nothing back. A platform that has itself gone back, since a backup was restored,
    /// is believed when it says so twice, one time after the other.
    ///
    /// - Returns: What counts from now on.
    /// - Throws: ``SessionError`` where nobody is logged in, or the session has ended; ``PlatformError`` where the
    ///   platform can't be asked; ``SecretStoreError``; ``StorageError``; `CancellationError`. Then what the wallet
    ///   holds is as it was.
    @discardableResult
    public func refreshAccount() async throws -> Account {
        try await store.gate.call {
            try await self.refreshAccount(afterRestart: false, restarting: FeedName.allCases).account
        }
    }

    /// - Parameters:
    ///   - hasRestarted: Whether the platform is known to have gone back, so that it need not say so twice.
    ///   - feeds: What is to be read anew, should it be found that the platform has gone back.
    private func refreshAccount(
        afterRestart hasRestarted: Bool, restarting feeds: [FeedName]
    ) async throws -> (account: Account, wentBack: Bool) {
        // Loaded before the platform is asked: what is stored after that may be newer than the answer.
        let known = try await store.loadAccount()
        var account = try await accountCalls.fetchAccount()
        if let known, account.wallet != known.wallet {
            guard try await accountService.isEnrolled(for: account.wallet) else { throw Self.aboutAnotherWallet }
            log.warning("the database named another wallet than the device's key does")
            try await store.save(account, inPlaceOfDamaged: known)
            return (account, false)
        }
        guard let known, account.version < known.version else {
            try await store.save(account)
            return (try await store.loadAccount() ?? account, false)
        }
        if !hasRestarted {
            account = try await accountCalls.fetchAccount()
            guard account.wallet == known.wallet else { throw Self.aboutAnotherWallet }
        }
        if account.version < known.version {
            log.notice("the platform's account has gone back", metadata: ["from": "\(known.version)"])
            try await store.save(account, inPlaceOf: known, restarting: feeds)
        } else {
            try await store.save(account)
        }
        return (try await store.loadAccount() ?? account, account.version < known.version)
    }

    /// The account of another wallet is an answer to somebody else, kept on the way.
    private static let aboutAnotherWallet = PlatformError(.malformed("it is about another wallet"))

    /// Ends what can be watched here. It has nothing of the sync itself, whose database would stay open for it.
    var endingOfWatches: @Sendable () -> Void {
        { [listening, addedDevices, progress = transactions.progress] in
            listening.finish()
            addedDevices.finish()
            progress.finish()
        }
    }

    /// Whose wallet it is.
    func loadWallet() async throws -> WalletID {
        guard let account = try await store.loadAccount() else { throw SessionError.notLoggedIn }
        return account.wallet
    }

    /// Fetches what is new in the inbox, in the ledger and in the account, each whatever became of the others.
    ///
    /// - Throws: The ``PlatformError`` of the first step that failed, one that is not over by itself before others.
    func catchUp() async throws {
        var steps = SyncSteps()
        _ = try await fetchNews(&steps)
        // What another process has fetched first is no news to this one, and yet to its watchers.
        try await store.noteChangesByOthers()
        let failures = steps.failures.map(\.error)
        if let failure = failures.first(where: { !$0.isOutOfReach }) ?? failures.first { throw failure }
    }

    /// Fetches what is new, and goes on with decisions that the ledger has opened again.
    private func fetchNews(_ steps: inout SyncSteps) async throws -> SyncNews {
        var news = try await fetchFeeds(&steps)
        news.reopened = try await decisions.drive(store.takeReopened())
        return news
    }

    private func fetchFeeds(_ steps: inout SyncSteps) async throws -> SyncNews {
        var (approvals, transactions) = (FeedNews(), FeedNews())
        try await steps.take(.approvals) { approvals = try await self.approvals.feed.catchUp() }
        try await steps.take(.transactions) { transactions = try await self.transactions.catchUp(newestFirst: true) }
        // Each feed is read anew at most once a sync.
        let unchanged = FeedName.allCases.filter { !($0 == .approvals ? approvals : transactions).wentBack }
        var wentBack = false
        try await steps.take(.account) {
            wentBack = try await self.refreshAccount(
                afterRestart: unchanged.count < FeedName.allCases.count, restarting: unchanged
            ).wentBack
        }
        guard wentBack else { return SyncNews(approvals: approvals, transactions: transactions) }
        if unchanged.contains(.approvals) {
            try await steps.take(.approvals) {
                approvals.add(try await self.approvals.feed.catchUp(mayRestart: false))
            }
        }
        if unchanged.contains(.transactions) {
            try await steps.take(.transactions) {
                transactions.add(try await self.transactions.catchUp(mayRestart: false))
            }
        }
        return SyncNews(approvals: approvals, transactions: transactions)
    }

    /// Whether a request is open at this moment; takes note of what other processes wrote meanwhile.
    func hasOpenRequests() async throws -> Bool {
        try await store.noteChangesByOthers()
        return try await store.hasOpenApprovals(at: time.now())
    }
}

/// What a sync has fetched.
private struct SyncNews: Sendable {
    var approvals: FeedNews
    var transactions: FeedNews
    /// The decisions that were said to have come to nothing, and of which the ledger shows a payment, as they stand now.
    var reopened: [Decision] = []
}

/// The steps of a sync: one that finds the platform out of reach, or is refused, does not end the others.
private struct SyncSteps {
    private(set) var failures: [SyncError.Failure] = []

    mutating func take(_ step: SyncStep, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as PlatformError {
            try Task.checkCancellation()
            // A step that is tried again in the same sync counts as failed once.
            if !failures.contains(where: { $0.step == step }) { failures.append(.init(step: step, error: error)) }
        }
    }
}
