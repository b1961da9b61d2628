import Foundation
import Logging

extension Sync {
    /// How often the platform is asked while the event stream is away.
    private static let pollInterval: Duration = .seconds(5)
    /// How often the platform is asked how an open request stands: no event tells that a merchant has withdrawn it.
    private static let attendanceInterval: Duration = .seconds(3)
    /// How often the outbox is looked at for what another process left there.
    private static let outboxInterval: Duration = .seconds(60)

    /// How new requests reach this device, now and whenever that changes.
    public func watchListening() -> AsyncStream<Listening> { listening.watch() }

    /// Listens for requests, and sends what waits when it is due, until the calling task is cancelled.
    ///
    /// While the event stream is away the platform is asked every few seconds instead; ``watchListening()`` says which.
    /// While a request is open the platform is asked how it stands. Otherwise nothing wakes the device but events, and a
    /// few looks a minute.
    ///
    /// - Throws: ``SessionError`` if there is no session to act in; `CancellationError`. Being out of reach is no error.
    public func run() async throws {
        let wallet = try await loadWallet()
        defer { listening.value = .no }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.listen(as: wallet) }
            group.addTask { try await self.pollWhileDeaf() }
            group.addTask { try await self.attendOpenRequests() }
            group.addTask { try await self.sendWhenDue() }
            try await group.waitForAll()
        }
    }

    private func pollWhileDeaf() async throws {
        for await _ in listening.watch() {
            while listening.value != .stream {
                let isReached = try await tolerating { try await self.catchUp() }
                if listening.value != .stream { listening.value = isReached ? .poll : .no }
                try await clock.sleep(for: Sync.pollInterval)
            }
        }
        try Task.checkCancellation()
    }

    private func attendOpenRequests() async throws {
        for try await isAnyOpen in watchOpenRequests() where isAnyOpen {
            while try await hasOpenRequests() {
                try await clock.sleep(for: Sync.attendanceInterval)
                // Without a stream the other loop asks anyway.
                guard listening.value == .stream else { continue }
                try await tolerating { _ = try await self.approvals.catchUp() }
            }
        }
        try Task.checkCancellation()
    }

    private func sendWhenDue() async throws {
        while true {
            let attempts = decisions.attempts
            var pause = Sync.outboxInterval
            try await tolerating { pause = min(pause, try await self.decisions.sendDue() ?? pause) }
            try await waitForAttempt(after: attempts, atMost: pause)
        }
    }

    /// Waits, but not on when an attempt has ended since: there may be a time for the next.
    private func waitForAttempt(after known: Int, atMost pause: Duration) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.clock.sleep(for: pause) }
            group.addTask {
                for await attempts in self.decisions.watchAttempts() where attempts != known { return }
                try Task.checkCancellation()
            }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Runs a body; the platform being out of reach is logged and passed over, since another try follows.
    ///
    /// - Returns: Whether the body ran to its end.
    @discardableResult
    func tolerating(_ body: () async throws -> Void) async throws -> Bool {
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
