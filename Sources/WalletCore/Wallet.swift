import FexHTTP
import FexValues
import Logging

/// A customer's wallet: composes the services and hands them out; holds no logic.
///
/// A process opens one `Wallet` for a database; several processes may share the database. See the README for ten lines that pay.
///
/// What a call does on the disk and in the network it does away from the caller's actor: a main thread goes on meanwhile.
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

    /// The database, and whether it is open.
    let store: WalletStore
    let secrets: any SecretStore
    /// The folder that is the wallet's own, where it was opened in one.
    let folder: WalletFolder?
    let log: Logger

    /// Opens a wallet, making its database if there is none. Asks nobody: works offline.
    ///
    /// - Throws: ``InsecureAddress`` where a server would be spoken to in the clear over a network, and then nothing was
    ///   opened; ``StorageError`` where the database can't be opened, made or brought up to date, or a newer version wrote it.
    public init(_ configuration: WalletConfiguration) async throws {
        try configuration.checkWays()
        let (store, memory) = try await WalletStore.start(configuration)
        if let claim = configuration.claim { store.gate.onClose { claim.end() } }
        (self.store, folder, log) = (store, configuration.folder, configuration.log)
        recovery = store.recovery
        if let recovery { configuration.log.warning("\(recovery)", metadata: ["kind": "database_mended"]) }
        let (secrets, clock) = (configuration.secrets, configuration.clock)
        self.secrets = secrets
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
            time: time, clock: clock)
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
        store.gate.onClose(sync.endingOfWatches)
        store.gate.onClose { [session = account.sessionChanges, time] in
            session.finish()
            time.corrections.finish()
        }
    }
}

/// For the calls that get a token, and so can't need one.
private struct NoTokens: TokenSource {
    func accessToken() async throws -> AccessToken { throw SessionError.notLoggedIn }
    func reject(_ token: AccessToken) {}
}
