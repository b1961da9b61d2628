public import FexValues

extension Approvals {
    /// The requests that wait for the customer, by merchant, from the device; who asked last comes first.
    ///
    /// - Parameter newest: How many requests of each merchant are given at most.
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadGroups(newest: Int = 3) async throws -> [ApprovalGroup] {
        let now = time.now()
        return try await store.read { try ApprovalGroup.fetch($0, newest: newest, at: now) }
    }

    /// Has a merchant's requests counted and not presented, while several of them wait. Nothing is declined by it, and the
    /// merchant does not learn of it. Durable when this returns; other devices of the customer's know nothing of it.
    ///
    /// - Throws: ``StorageError`` where the database can't be written; then nothing has changed.
    public func mute(_ merchant: MerchantID) async throws {
        try await store.mute(merchant, at: time.now())
    }

    /// Has a merchant's requests presented again, those too that came meanwhile and still wait.
    ///
    /// - Throws: ``StorageError`` where the database can't be written; then nothing has changed.
    public func unmute(_ merchant: MerchantID) async throws {
        try await store.unmute(merchant)
    }

    /// The merchants that are muted on this device, in the order in which they were.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadMuted() async throws -> [MerchantID] {
        try await store.loadMutedMerchants()
    }
}
