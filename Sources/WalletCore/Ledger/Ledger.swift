public import FexValues

/// What happened, and what the wallet holds: always from the device, never from the network.
public struct Ledger: Sendable {
    let store: WalletStore
    let time: ServerTime

    init(store: WalletStore, time: ServerTime) {
        self.store = store
        self.time = time
    }

    /// A page of the history, newest first.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadHistory(_ query: HistoryQuery = HistoryQuery()) async throws -> HistoryPage {
        try await store.loadHistory(query)
    }

    /// A page of the history, now and again each time it has become another.
    public func watchHistory(
        _ query: HistoryQuery = HistoryQuery()
    ) -> some AsyncSequence<HistoryPage, any Error> & Sendable {
        store.watchHistory(query)
    }

    /// How much was moved in each month, the newest month first.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadMonthTotals() async throws -> [MonthTotal] {
        try await store.read { try MonthTotal.fetch($0) }
    }

    /// How much was moved in each month, now and again whenever that has changed.
    public func watchMonthTotals() -> some AsyncSequence<[MonthTotal], any Error> & Sendable {
        store.watch { try MonthTotal.fetch($0) }
    }

    /// How much was moved between the customer and each merchant, the largest amount first.
    ///
    /// - Parameter limit: The most that are given.
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadMerchantTotals(limit: Int = 100) async throws -> [MerchantTotal] {
        try await store.read { try MerchantTotal.fetch($0, limit: limit) }
    }

    /// How much was moved between the customer and each merchant, now and again whenever that has changed.
    ///
    /// - Parameter limit: The most that are given.
    public func watchMerchantTotals(limit: Int = 100) -> some AsyncSequence<[MerchantTotal], any Error> & Sendable {
        store.watch { try MerchantTotal.fetch($0, limit: limit) }
    }

    /// Who the wallet is, and what it held when the platform last said; `nil` before the first login.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadAccount() async throws -> Account? {
        try await store.loadAccount()
    }

    /// Who the wallet is and what it holds, now and again whenever that has changed.
    public func watchAccount() -> some AsyncSequence<Account?, any Error> & Sendable {
        store.watchAccount()
    }

    /// When all was last in step with the platform, on the platform's clock.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadLastSync() async throws -> Timestamp? {
        try await store.loadLastSync()
    }
}

extension Ledger {
    /// How long ago the platform said what the wallet holds, by the platform's time as well as it is known; never negative.
    public func age(of account: Account) -> Duration {
        max(.zero, time.now().duration(since: account.asOf))
    }
}
