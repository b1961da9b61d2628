import FexHTTP
public import FexValues
import Foundation

/// Looks whether everything that a wallet needs is in order: for who wonders why nothing comes.
///
/// It asks the platform and the identity provider, writes nothing down but a renewed token, and decides nothing.
public struct Diagnosis: Sendable {
    private let calls: any AccountCalls & DeviceCalls & TokenCalls & HealthCalls
    private let account: AccountService
    private let store: WalletStore
    private let secrets: any SecretStore
    private let keys: DeviceKeys
    private let events: (any EventTransport)?
    private let endpoints: PlatformEndpoints
    private let time: ServerTime
    private let clock: any WalletClock
    private let entropy: Entropy

    /// How long the event server may take to bring a message back.
    private static let echoPatience: Duration = .seconds(5)

    init(
        calls: any AccountCalls & DeviceCalls & TokenCalls & HealthCalls, account: AccountService, store: WalletStore,
        keys: DeviceKeys, time: ServerTime, configuration: WalletConfiguration
    ) {
        self.calls = calls
        self.account = account
        self.store = store
        self.keys = keys
        self.time = time
        secrets = configuration.secrets
        events = configuration.events
        endpoints = configuration.endpoints
        clock = configuration.clock
        entropy = configuration.entropy
    }

    /// Looks at one thing after the other; what one lacks keeps none of the others from being looked at.
    ///
    /// Takes as long as calls that come to nothing: a minute at most where nobody answers.
    ///
    /// - Throws: `CancellationError`.
    public func checks() async throws -> [Check] { try await store.gate.call { try await look() } }

    private func look() async throws -> [Check] {
        var checks: [Check] = []
        for subject in Subject.allCases {
            do {
                checks.append(Check(subject: subject, detail: try await look(at: subject)))
            } catch let error as any WalletError {
                checks.append(Check(subject: subject, detail: error.description, problem: error))
            }
        }
        return checks
    }

    /// - Returns: What there is, in a clause.
    private func look(at subject: Subject) async throws -> String {
        switch subject {
        case .database:
            try await store.checkIntegrity()
            return store.recovery.map(\.description) ?? "sound"
        case .secrets:
            _ = try await secrets.load(.tokens)
            return "can be read"
        case .identityProvider:
            try await calls.probeIdentityProvider()
            return "\(endpoints.auth.origin) answers"
        case .api:
            try await calls.probeAPI()
            return "\(endpoints.api.origin) answers"
        case .session:
            try await account.check()
            return "wallet \(try await calls.fetchAccount().wallet)"
        case .device: return try await lookAtDevice()
        case .events: return try await lookAtEvents()
        case .clock: return lookAtClock()
        default: return ""
        }
    }

    private func lookAtDevice() async throws -> String {
        guard let device = try await store.loadDevice() else { throw SessionError.notLoggedIn }
        let key = try await keys.load(of: device)
        let listed = try await calls.fetchDevices().first { $0.device == device }
        guard let listed, listed.thumbprint == key.thumbprint, listed.revokedAt == nil else {
            throw SessionError.deviceRemoved
        }
        return "\(PlainText.quoted(listed.name)), \(device)"
    }

    private func lookAtEvents() async throws -> String {
        guard let events else { return "no event server: the wallet asks from time to time" }
        guard let wallet = try await store.loadAccount()?.wallet else { throw SessionError.notLoggedIn }
        let subject = endpoints.echoSubject(of: wallet)
        let echo = Data(entropy.uuid().utf8)
        let lastSeen = CurrentValue<String?>(nil)
        return try await withThrowingTaskGroup(of: String?.self) { group in
            group.addTask {
                for await signal in events.signals(on: [subject]) {
                    switch signal {
                    case .connected:
                        lastSeen.value = "it does not bring back what is sent"
                        do { try await events.publish(echo, to: subject) } catch let error as EventTransportError {
                            guard error.reason == .notAllowed else { throw error }
                            return "connected; it lets nobody hear themselves"
                        }
                    case .disconnected(let reason): lastSeen.value = reason
                    case .message(let message) where message.payload == echo: return "heard"
                    case .message: break
                    }
                }
                return nil
            }
            group.addTask {
                // A transport says at once how things stand: the time counts from then, so that a reason is never overtaken.
                for await seen in lastSeen.watch() where seen != nil { break }
                try await clock.sleep(for: Self.echoPatience)
                return nil
            }
            defer { group.cancelAll() }
            guard let found = try await group.next() ?? nil else {
                throw EventTransportError(.notConnected, detail: lastSeen.value ?? "it does not answer")
            }
            return found
        }
    }

    private func lookAtClock() -> String {
        guard time.isReckoned else { return "the platform has not told the time yet" }
        let seconds = time.currentOffset.components.seconds
        let distance = seconds < 0 ? "\(-seconds) s ahead of" : "\(seconds) s behind"
        return seconds == 0 ? "as the platform's" : "\(distance) the platform's, which is what counts"
    }
}

extension Diagnosis {
    /// What was looked at; the raw value is a name in snake case.
    public struct Subject: RawRepresentable, Hashable, Sendable, CaseIterable {
        /// The subject's name.
        public let rawValue: String

        /// A subject by its name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The database is sound.
        public static let database = Subject(rawValue: "database")
        /// The store of secrets can be read.
        public static let secrets = Subject(rawValue: "secrets")
        /// The identity provider answers, and is who it should be.
        public static let identityProvider = Subject(rawValue: "identity_provider")
        /// The API answers.
        public static let api = Subject(rawValue: "api")
        /// Somebody is logged in, and the platform says so too.
        public static let session = Subject(rawValue: "session")
        /// This device has its key, and the platform takes what it signs.
        public static let device = Subject(rawValue: "device")
        /// What is sent to the event server comes back.
        public static let events = Subject(rawValue: "events")
        /// How far the device's clock is from the platform's.
        public static let clock = Subject(rawValue: "clock")

        /// All that are looked at, in order.
        public static let allCases: [Subject] = [
            .database, .secrets, .identityProvider, .api, .session, .device, .events, .clock,
        ]
    }

    /// What a look at one thing has found.
    public struct Check: Identifiable, Sendable {
        /// The subject: each is looked at once.
        public var id: Subject { subject }
        /// What was looked at.
        public let subject: Subject
        /// What was found, in a clause for people, in English.
        public let detail: String
        /// What is wrong; `nil` where it is in order.
        public let problem: (any WalletError)?

        init(subject: Subject, detail: String, problem: (any WalletError)? = nil) {
            self.subject = subject
            self.detail = detail
            self.problem = problem
        }
    }
}
