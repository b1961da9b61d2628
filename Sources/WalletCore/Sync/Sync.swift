import Foundation
import Logging

/// Keeps this device and the platform in step: sends what waits, fetches what is new, listens.
public final class Sync: Sendable {
    private let accountCalls: any AccountCalls
    private let feedCalls: any FeedCalls
    private let decisions: Decisions
    private let approvals: Approvals
    private let store: WalletStore
    private let events: (any EventTransport)?
    private let endpoints: PlatformEndpoints
    private let time: ServerTime
    private let clock: any WalletClock
    private let log: Logger
    private let listening = Watched(Listening.no)

    init(
        accountCalls: any AccountCalls, feedCalls: any FeedCalls, decisions: Decisions, approvals: Approvals,
        store: WalletStore, events: (any EventTransport)?, endpoints: PlatformEndpoints, time: ServerTime,
        clock: any WalletClock, log: Logger
    ) {
        self.accountCalls = accountCalls
        self.feedCalls = feedCalls
        self.decisions = decisions
        self.approvals = approvals
        self.store = store
        self.events = events
        self.endpoints = endpoints
        self.time = time
        self.clock = clock
        self.log = log
    }

    /// Sends what waits and fetches what is new, once.
    ///
    /// Decisions go first. All that came is durable when this returns.
    ///
    /// - Throws: ``PlatformError`` if the platform is out of reach; what was done until then stays done.
    @discardableResult
    public func once() async throws -> SyncReport {
        guard try await store.loadAccount() != nil else { throw SessionError.notLoggedIn }
        let driven = try await decisions.sendAll()
        let requests = try await approvals.catchUp()
        let transactions = try await catchUpTransactions()
        let account = try await refreshAccount()
        try await store.saveSync(at: time.now(), serverOffset: time.currentOffset)
        return SyncReport(decisions: driven, approvals: requests, transactions: transactions, balance: account.balance)
    }

    /// Asks the platform what the wallet holds; durable when this returns.
    @discardableResult
    public func refreshAccount() async throws -> Account {
        let account = try await accountCalls.fetchAccount()
        try await store.save(account)
        return account
    }

    private func catchUpTransactions() async throws -> Int {
        var count = 0
        var place = try await store.loadPlace(in: .transactions)
        while true {
            let page = try await feedCalls.fetchTransactions(after: place)
            let transactions: [LedgerTransaction]
            do {
                transactions = try page.items.map { try LedgerTransaction(document: $0) }
            } catch let error as MalformedDocument {
                throw error.failure()
            }
            try await store.saveTransactions(transactions, next: page.next)
            count += transactions.count
            place = page.next
            guard page.hasMore else { return count }
        }
    }
}

// MARK: - Listening

extension Sync {
    /// How often the platform is asked while the event stream is away.
    private static let pollInterval: Duration = .seconds(5)

    /// How new requests reach this device, now and whenever that changes.
    public func watchListening() -> AsyncStream<Listening> { listening.watch() }

    /// Listens for requests, and sends what waits when it is due, until the calling task is cancelled.
    ///
    /// While the event stream is away the platform is asked every few seconds instead; ``watchListening()`` says which.
    ///
    /// - Throws: ``SessionError`` if there is no session to act in; `CancellationError`. Being out of reach is no error.
    public func run() async throws {
        guard let account = try await store.loadAccount() else { throw SessionError.notLoggedIn }
        defer { listening.value = .no }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.listen(as: account.wallet) }
            group.addTask { try await self.poll() }
            group.addTask { try await self.sendWhenDue() }
            try await group.waitForAll()
        }
    }

    private func listen(as wallet: WalletID) async throws {
        guard let events else { return }
        for await signal in events.signals(on: endpoints.subjects(of: wallet)) {
            switch signal {
            case .connected:
                // The subscription stands first, so what changes during the catch-up comes as an event.
                listening.value = .stream
                try await tolerating { try await self.catchUp() }
            case .disconnected(let reason):
                log.notice("event stream away", metadata: ["why": "\(PlainText.clean(reason, limit: 120))"])
                if listening.value == .stream { listening.value = .poll }
            case .message(let message):
                try await tolerating { try await self.take(message, as: wallet) }
            }
        }
        try Task.checkCancellation()
    }

    private func take(_ message: EventMessage, as wallet: WalletID) async throws {
        switch message.subject {
        case endpoints.subjects(of: wallet)[0]: _ = try await approvals.receive(message.payload, by: .stream)
        // A balance that moved is the only sign of a decision made elsewhere.
        default: try await catchUp()
        }
    }

    private func poll() async throws {
        while true {
            if listening.value != .stream {
                let isReached = try await tolerating { try await self.catchUp() }
                if listening.value != .stream { listening.value = isReached ? .poll : .no }
            }
            try await clock.sleep(for: Sync.pollInterval)
        }
    }

    private func sendWhenDue() async throws {
        while true {
            try await tolerating { _ = try await self.decisions.sendDue() }
            try await clock.sleep(for: .seconds(1))
        }
    }

    private func catchUp() async throws {
        try await approvals.catchUp()
        try await refreshAccount()
    }

    /// Runs a body; the platform being out of reach is logged and passed over, since another try follows.
    ///
    /// - Returns: Whether the body ran to its end.
    @discardableResult
    private func tolerating(_ body: () async throws -> Void) async throws -> Bool {
        do {
            try await body()
            return true
        } catch let error as PlatformError where error.isOutOfReach {
            try Task.checkCancellation()
            log.info("platform out of reach", metadata: ["code": "\(error.code)"])
            return false
        }
    }
}
