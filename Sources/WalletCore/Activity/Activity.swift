/// What happened, and what the wallet holds: always from the device, never from the network.
public struct Activity: Sendable {
    private let store: WalletStore

    init(store: WalletStore) {
        self.store = store
    }

    /// A page of the history, newest first.
    public func loadHistory(_ query: HistoryQuery = HistoryQuery()) async throws -> HistoryPage {
        try await store.loadHistory(query)
    }

    /// Who the wallet is, and what it held when the platform last said; `nil` before the first login.
    public func loadAccount() async throws -> Account? {
        try await store.loadAccount()
    }

    /// When all was last in step with the platform, on the platform's clock.
    public func loadLastSync() async throws -> Timestamp? {
        try await store.loadLastSync()
    }
}
