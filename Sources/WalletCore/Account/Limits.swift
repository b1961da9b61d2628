public import FexValues

/// What a person has limited on this device; ``Decisions`` keeps to it.
///
/// What was agreed to today is what this device has said yes to since its midnight, whether or not its outcome is known; what was
/// refused, lapsed or taken back does not count.
public struct Limits: Sendable {
    private let store: WalletStore
    private let time: ServerTime
    private let day: @Sendable (Timestamp) -> Range<Timestamp>

    init(store: WalletStore, time: ServerTime, day: @escaping @Sendable (Timestamp) -> Range<Timestamp>) {
        self.store = store
        self.time = time
        self.day = day
    }

    /// The limits that are set, by currency.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func load() async throws -> [SpendingLimit] { try await store.loadLimits() }

    /// The limit of a currency; one that limits nothing where none is set.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func load(of currency: Currency) async throws -> SpendingLimit {
        try await load().first { $0.currency == currency } ?? SpendingLimit(currency: currency)
    }

    /// Sets the limit of a currency in the place of what was set before; one that limits nothing is taken away. Durable when
    /// this returns, and kept to from then on, also by other processes.
    ///
    /// - Throws: ``StorageError`` where the database can't be written; then nothing has changed.
    public func save(_ limit: SpendingLimit) async throws { try await store.save(limit) }

    /// What was agreed to today in a currency.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadAgreedToday(in currency: Currency) async throws -> Money {
        let today = day(time.now())
        return try await store.readBriefly { try Decision.agreed(in: today, currency, $0) }
    }

    /// How a person has to agree to these terms for ``Decisions/decide(_:on:reason:consent:)`` to take their yes. To go on with a
    /// decision that stands they need not agree again.
    ///
    /// - Throws: ``DecisionError`` with an ``DecisionError/ownLimit`` where no consent is enough today; as where the intent was
    ///   never seen; ``SessionError/notLoggedIn``; ``StorageError``; `CancellationError`.
    public func requiredConsent(for terms: Terms) async throws -> Consent {
        try await store.loadContext(of: terms.intent, today: day(time.now())).requiredConsent(for: terms)
    }
}
