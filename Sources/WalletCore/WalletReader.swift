public import FexValues
public import Foundation

/// What a device remembers of a wallet, opened to be read alone.
///
/// It has one connection to the database, and no way to the platform. It needs no permission to write, no room on the disk,
/// and waits for nobody who writes. It can't decide, log in or sync: for that a ``Wallet`` is opened.
///
/// ```swift
/// let balance = try await WalletReader.read(database: file, secrets: secrets) { reader in
///     try await reader.ledger.loadAccount()?.balance
/// }
/// ```
public struct WalletReader: Sendable {
    /// History, totals, records and balance.
    public let ledger: Ledger
    /// What became of the database, if it was damaged and has been mended to be read; else `nil`.
    public let recovery: StoreRecovery?
    private let store: WalletStore
    private let secrets: any SecretStore

    private init(_ store: WalletStore, _ secrets: any SecretStore, _ clock: any WalletClock) async throws {
        self.store = store
        self.secrets = secrets
        recovery = store.recovery
        ledger = Ledger(store: store, time: ServerTime(clock: clock, memory: try await store.loadServerTime()))
    }

    /// Lets a body read what is known on this device.
    ///
    /// Where there is no database there is nothing to be read, and nothing is made. One that turns out to be damaged is
    /// mended, and one of an earlier version brought up to date, as a ``Wallet`` would; then the body is run once more.
    ///
    /// - Parameters:
    ///   - database: The database file.
    ///   - secrets: Where tokens are kept.
    ///   - clock: The device's clock.
    ///   - body: Reads. It may be run twice.
    /// - Throws: ``StorageError`` where the database can't be read, or repaired so that it can be; what the body throws.
    public static func read<Value>(
        database: URL, secrets: any SecretStore, clock: any WalletClock = SystemClock(),
        _ body: (WalletReader) async throws -> Value
    ) async throws -> Value {
        let (path, now) = (database.path, clock.now())
        do {
            let store = try await open(path, at: now)
            return try await body(WalletReader(store, secrets, clock))
        } catch let damage as StorageError where damage.isDamage {
            let store = try await repair(path, at: now)
            return try await body(WalletReader(store, secrets, clock))
        }
    }

    @concurrent
    private static func open(_ path: String, at now: Timestamp) async throws -> WalletStore {
        let store = try WalletStore.openForReading(path, at: now)
        guard store.isReadOnly, try await !store.hasCurrentSearchIndex() else { return store }
        // Without a new index some words are not found; nothing else needs it.
        guard let writable = try? WalletStore(path: path, at: now) else { return store }
        do { try await writable.refreshSearchIndex() } catch { return store }
        return writable
    }

    @concurrent
    private static func repair(_ path: String, at now: Timestamp) async throws -> WalletStore {
        do { return try WalletStore(path: path, at: now) } catch {
            if error.allowsReading { throw error.because("it is damaged, and has to be mended first") }
            throw error
        }
    }

    /// Looks whether there are tokens; asks nobody, so the platform may still refuse them.
    ///
    /// - Throws: ``SessionError/notLoggedIn``; ``SessionError/ended`` where the identity provider has ended the session and
    ///   nobody has logged in or out since; ``SessionError/tokenKeyLost``; ``SecretStoreError``.
    public func checkSession() async throws { try await Self.checkSession(in: secrets) }

    /// The same, of secrets alone.
    ///
    /// - Throws: As ``checkSession()``.
    @concurrent
    public static func checkSession(in secrets: any SecretStore) async throws {
        _ = try await DPoPKeys(secrets).require(for: StoredSession.load(from: secrets).requireTokens())
    }

    /// The decisions not yet settled, oldest first.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadOutbox() async throws -> [Decision] { try await store.loadOutbox() }

    /// The latest decision on an intent.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadDecision(on intent: IntentID) async throws -> Decision? {
        try await store.loadLatestDecision(on: intent)
    }

    /// The proof of a decision, to be checked by others.
    ///
    /// - Throws: ``ProofError/noDecision``, ``ProofError/notStored``; ``StorageError`` where the database can't be read;
    ///   `CancellationError`.
    @concurrent
    public func exportProof(_ decision: DecisionID) async throws -> ExportedProof {
        try await ProofExport(store: store, keys: DeviceKeys(secrets, SecretKeySigner(secrets)))(decision)
    }

    /// The proof of the latest decision on an intent, to be checked by others.
    ///
    /// - Throws: As ``exportProof(_:)``.
    @concurrent
    public func exportProof(on intent: IntentID) async throws -> ExportedProof {
        try await ProofExport(store: store, keys: DeviceKeys(secrets, SecretKeySigner(secrets)))(on: intent)
    }

    /// A decision of this device's.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadDecision(_ id: DecisionID) async throws -> Decision? { try await store.loadDecision(id) }

    /// An intent as the platform last showed it.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadIntent(_ id: IntentID) async throws -> PaymentIntent? { try await store.loadIntent(id) }

    /// Every request that this device keeps, newest first.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadApprovals() async throws -> [ApprovalRequest] {
        try await store.loadApprovals(at: ledger.time.now())
    }

    /// The requests that wait for the customer or for the platform, newest first.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadOpenApprovals() async throws -> [ApprovalRequest] {
        try await store.loadOpenApprovals(at: ledger.time.now())
    }

    /// The requests that wait for the customer, by merchant; who asked last comes first.
    ///
    /// - Parameter newest: How many requests of each merchant are given at most.
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadApprovalGroups(newest: Int = 3) async throws -> [ApprovalGroup] {
        let now = ledger.time.now()
        return try await store.read { try ApprovalGroup.fetch($0, newest: newest, at: now) }
    }

    /// The merchants that are muted on this device, in the order in which they were.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadMutedMerchants() async throws -> [MerchantID] { try await store.loadMutedMerchants() }

    /// What the person has limited on this device, by currency.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadLimits() async throws -> [SpendingLimit] { try await store.loadLimits() }

    /// What was agreed to today in a currency, in the person's own day.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadAgreedToday(in currency: Currency) async throws -> Money {
        let today = LocalTime.day(of: ledger.time.now())
        return try await store.readBriefly { try Decision.agreed(in: today, currency, $0) }
    }

    /// The rows of feeds that can't be read and are kept aside, oldest first.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func loadQuarantine() async throws -> [QuarantinedRow] { try await store.loadQuarantine() }
}
