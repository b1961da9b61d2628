public import FexValues
public import Logging

/// A sandbox that runs, for whoever started it: its addresses and credentials, and control of its clock and its faults.
public struct RunningSandbox: Sendable {
    /// Addresses, and everybody's credentials.
    public let ready: ReadyDocument
    let services: Services

    init(ready: ReadyDocument, services: Services) {
        self.ready = ready
        self.services = services
    }

    /// The time on the sandbox's clock.
    public var now: Timestamp { services.clock.now }

    /// Moves the sandbox's time forward, and does what falls due.
    public func advanceClock(seconds: Int64) async throws { try await services.advanceClock(seconds: seconds) }

    /// Replaces the fault rules.
    ///
    /// - Parameter rules: The JSON list of `PUT /sandbox/faults`.
    /// - Throws: ``SandboxError/faults(_:)``.
    public func replaceFaults(with rules: JSON) throws {
        do {
            services.faults.replace(with: try FaultRule.list(rules))
        } catch {
            throw SandboxError.faults(error.message)
        }
    }

    /// The document of `GET /sandbox/ledger`.
    public func ledger() async throws -> JSON { try await services.store.transaction { try $0.ledgerReport() } }

    /// Each webhook that was enqueued, as in `GET /sandbox/webhooks`: its event, address, attempts and how it stands.
    public func webhooks() async throws -> [JSON] {
        try await services.store.transaction { try $0.webhooks() }.map(\.document)
    }

    /// Closes a wallet, so that nothing can be refunded to it any more.
    public func closeWallet(_ id: String) async throws {
        try await services.store.transaction { try $0.closeWallet(id) }
    }

    /// Each decision call received, as in `GET /sandbox/decisions`.
    public func decisions() async throws -> [JSON] {
        try await services.store.transaction { try $0.decisionCalls() }.map(\.document)
    }
}

extension Sandbox {
    /// Runs a sandbox for as long as a piece of work takes.
    ///
    /// - Parameters:
    ///   - configuration: How it is to run; by default in memory, on a free port.
    ///   - logger: Where it says what goes wrong; by default nowhere.
    ///   - work: What to do meanwhile.
    /// - Returns: What the work returns, after the sandbox has stopped.
    public static func withRunning<Result: Sendable>(
        _ configuration: SandboxConfiguration = SandboxConfiguration(),
        logger: Logger = Logger(label: "fex-sandbox", factory: { _ in SwiftLogNoOpLogHandler() }),
        _ work: @Sendable (RunningSandbox) async throws -> Result
    ) async throws -> Result {
        let sandbox = try await Sandbox(configuration, logger: logger)
        let (readiness, continuation) = AsyncStream<ReadyDocument>.makeStream()
        let stop = AsyncStream<Never>.makeStream()
        return try await withThrowingTaskGroup { group in
            group.addTask {
                defer { continuation.finish() }
                try await sandbox.run(until: stop.stream) { continuation.yield($0) }
            }
            guard let ready = await readiness.first(where: { _ in true }) else {
                try await group.waitForAll()
                throw CancellationError()
            }
            let result = try await work(RunningSandbox(ready: ready, services: sandbox.services))
            stop.continuation.finish()
            try await group.waitForAll()
            return result
        }
    }
}
