public import FexHTTP
package import FexValues
public import Foundation
public import Logging

/// A customer's wallet: composes the services and hands them out; holds no logic.
///
/// A process opens one `Wallet` for a database; several processes may share the database. See the README for ten lines that pay.
public final class Wallet: Sendable {
    /// Logs a customer in and out on this device.
    public let account: AccountService
    /// The token of who is logged in.
    let session: Session
    /// Payment intents, and codes compared with them.
    public let intents: Intents
    /// What tills ask of the customer.
    public let approvals: Approvals
    /// The customer's yes and no.
    public let decisions: Decisions
    /// What the person has limited on this device.
    public let limits: Limits
    /// Signed decisions as files, and their verification.
    public let proofs: Proofs
    /// History, totals, records and balance, from the device.
    public let ledger: Ledger
    /// Sends what waits, fetches what is new, listens.
    public let sync: Sync
    /// Looks whether everything that the wallet needs is in order.
    public let diagnosis: Diagnosis
    /// What became of the database, if it was damaged and this wallet mended it on opening; else `nil`.
    ///
    /// Worth showing: ``StoreRecovery/hasAllDecisions`` says whether the customer should look at what they decided.
    public let recovery: StoreRecovery?

    /// Opens a wallet, making its database if there is none. Asks nobody: works offline.
    ///
    /// - Throws: ``StorageError`` where the database can't be opened, made or brought up to date, or a newer version wrote it.
    public init(_ configuration: WalletConfiguration) async throws {
        let (store, memory) = try await WalletStore.start(configuration)
        recovery = store.recovery
        if let recovery { configuration.log.warning("\(recovery)", metadata: ["kind": "database_mended"]) }
        let (secrets, clock) = (configuration.secrets, configuration.clock)
        let time = ServerTime(clock: clock, memory: memory)
        let dpop = DPoPProofs(keys: DPoPKeys(secrets), time: time, entropy: configuration.entropy)
        func client(_ tokens: any TokenSource) -> PlatformClient {
            PlatformClient(
                endpoints: configuration.endpoints, transport: configuration.http, tokens: tokens, clock: clock,
                time: time, dpop: dpop, log: configuration.log)
        }
        let keys = DeviceKeys(secrets, configuration.signer ?? SecretKeySigner(secrets))
        let identityCalls = client(NoTokens())
        session = Session(
            calls: identityCalls, origins: configuration.endpoints.origins, secrets: secrets, keys: dpop.keys,
            clock: clock, entropy: configuration.entropy, log: configuration.log,
            executor: configuration.renewalExecutor)
        let logins = Logins(
            calls: identityCalls, origins: configuration.endpoints.origins, secrets: secrets, clock: clock,
            entropy: configuration.entropy)
        let calls = client(session)
        account = AccountService(
            session: session, logins: logins, calls: calls, issuer: configuration.endpoints.issuer.description,
            eventServer: configuration.eventServer, store: store, secrets: secrets, keys: keys,
            time: time)
        let transactions = LedgerSync(calls: calls, store: store, time: time)
        intents = Intents(calls: calls, store: store, time: time)
        approvals = Approvals(calls: calls, store: store, time: time, clock: clock, log: configuration.log)
        decisions = Decisions(
            calls: calls, transactions: transactions, store: store, keys: keys, time: time,
            entropy: configuration.entropy, holder: configuration.leaseHolder ?? .thisProcess(configuration.entropy),
            clock: clock, day: configuration.calendarDay, log: configuration.log)
        limits = Limits(store: store, time: time, day: configuration.calendarDay)
        proofs = Proofs(
            files: ProofExport(store: store, keys: keys), listed: { try await calls.fetchDevices() },
            time: time)
        ledger = Ledger(store: store, time: time)
        sync = Sync(
            accountCalls: calls, transactions: transactions, decisions: decisions, approvals: approvals, store: store,
            accountService: account,
            events: configuration.events, endpoints: configuration.endpoints, time: time, clock: clock,
            entropy: configuration.entropy, log: configuration.log)
        diagnosis = Diagnosis(
            calls: calls, account: account, store: store, keys: keys, time: time, configuration: configuration)
    }
}

/// What a wallet is made of: addresses, a database file, a store of secrets, transports, a clock and a log.
public struct WalletConfiguration: Sendable {
    /// Where the platform's API and identity provider are, and what its paths and subjects are called.
    public var endpoints: PlatformEndpoints
    /// The database file; its directory must exist.
    public var database: URL
    /// Where tokens and keys are kept.
    public var secrets: any SecretStore
    /// Signs the customer's decisions; by default a key among the ``secrets``.
    public var signer: (any DeviceSigner)?
    /// Carries calls to the platform: `CurlTransport`, `URLSessionTransport`, or one of your own.
    public var http: any HTTPTransport
    /// Carries events; without one the wallet asks from time to time.
    public var events: (any EventTransport)?
    /// The event server's address, where ``events`` has one: credentials for it are kept for no other.
    public var eventServer: String?
    /// The clock that the wallet waits by and derives the platform's time from; a test gives one that it drives.
    public var clock: any WalletClock = SystemClock()
    /// The person's calendar day in which a moment lies; by default where the device is.
    package var calendarDay: @Sendable (Timestamp) -> Range<Timestamp> = { LocalTime.day(of: $0) }
    /// Where identifiers and jitter come from.
    package var entropy = Entropy.system
    /// Who the wallet is to others on the same database; by default this process.
    package var leaseHolder: LeaseHolder?
    /// Runs the renewal of tokens, which is a task of its own; by default the one that runs all tasks.
    package var renewalExecutor: (any TaskExecutor)?
    /// Used in the place of the database file, if given.
    package var inlineDatabase: InlineDatabase?
    /// Where the wallet reports; never a secret, never what a customer buys.
    public var log = Logger(label: "fex.wallet", factory: { _ in SwiftLogNoOpLogHandler() })

    /// A configuration with the system's clock, no event transport, and no log; set what differs.
    public init(
        endpoints: PlatformEndpoints, database: URL, secrets: any SecretStore, http: any HTTPTransport,
        events: (any EventTransport)? = nil
    ) {
        self.endpoints = endpoints
        self.database = database
        self.secrets = secrets
        self.http = http
        self.events = events
    }
}

/// For the calls that get a token, and so can't need one.
private struct NoTokens: TokenSource {
    func accessToken() async throws -> AccessToken { throw SessionError.notLoggedIn }
    func reject(_ token: AccessToken) {}
}
