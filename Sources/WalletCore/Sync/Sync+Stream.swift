import Foundation
import Logging
import Synchronization

/// What has been heard of the event stream: whether it is deaf is told by an echo that does not come.
private final class Pulse: Sendable {
    private struct State {
        var awaited: String?
        var isHandling = false
    }

    private let state = Mutex(State())

    /// Waits for an echo from now on.
    func await(_ echo: String) { state.withLock { $0.awaited = echo } }

    /// A message came on the echo's subject.
    func hear(_ payload: Data) {
        state.withLock { state in
            if state.awaited.map({ Data($0.utf8) }) == payload { state.awaited = nil }
        }
    }

    /// What follows a signal is under way, and nothing else is heard meanwhile.
    func setHandling(_ isHandling: Bool) { state.withLock { $0.isHandling = isHandling } }

    /// Whether the echo has come.
    var isAlive: Bool { state.withLock { $0.awaited == nil } }
    /// Whether there was any chance to hear it.
    var isHandling: Bool { state.withLock { $0.isHandling } }
}

extension Sync {
    /// How often the wallet calls out to itself.
    private static let echoInterval: Duration = .seconds(180)
    /// How long an echo may take.
    private static let echoPatience: Duration = .seconds(15)

    /// Follows the event stream; one that has gone deaf is left, and another begun.
    func listen(as wallet: WalletID) async throws {
        guard let events else { return }
        var mustProve = false
        while true {
            let pulse = Pulse()
            let trusts = !mustProve
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.follow(events, as: wallet, pulse: pulse, trusts: trusts) }
                group.addTask { try await self.prove(events, as: wallet, pulse: pulse) }
                try await group.next()
                group.cancelAll()
            }
            try Task.checkCancellation()
            mustProve = true
            log.notice("event stream deaf: beginning another")
            loseStream()
        }
    }

    private func follow(
        _ events: any EventTransport, as wallet: WalletID, pulse: Pulse, trusts: Bool
    ) async throws {
        let echo = endpoints.echoSubject(of: wallet)
        for await signal in events.signals(on: endpoints.subjects(of: wallet) + [echo]) {
            if case .message(let message) = signal, message.subject == echo {
                pulse.hear(message.payload)
                if listening.value != .stream, pulse.isAlive { listening.value = .stream }
                continue
            }
            pulse.setHandling(true)
            try await handle(signal, as: wallet, trusts: trusts)
            pulse.setHandling(false)
        }
        try Task.checkCancellation()
        // A transport that gives up is as good as none.
        try await clock.sleep(for: Sync.echoInterval)
    }

    private func handle(_ signal: EventSignal, as wallet: WalletID, trusts: Bool) async throws {
        switch signal {
        case .connected:
            // The subscription stands first, so what changes during the catch-up comes as an event.
            if trusts { listening.value = .stream }
            oweCatchUp()
        case .disconnected(let reason):
            log.notice("event stream away", metadata: ["why": "\(PlainText.clean(reason, limit: 120))"])
            loseStream()
        case .message(let message) where message.subject == endpoints.subjects(of: wallet)[0]:
            let failure = try await tolerating { _ = try await self.approvals.receive(message.payload, by: .stream) }
            if let failure { oweCatchUp(after: failure) }
        case .message:
            // A balance that moved is the only sign of a decision made elsewhere.
            oweCatchUp()
        }
    }

    /// The stream does not hear any more; from now on the platform is asked.
    private func loseStream() {
        guard listening.value == .stream else { return }
        listening.value = .poll
        oweCatchUp()
    }

    /// Calls out to this wallet itself from time to time; returns when it does not hear itself.
    private func prove(_ events: any EventTransport, as wallet: WalletID, pulse: Pulse) async throws {
        while true {
            let echo = entropy.uuid()
            pulse.await(echo)
            do {
                try await events.publish(Data(echo.utf8), to: endpoints.echoSubject(of: wallet))
            } catch {
                // Not connected: the stream says so itself. Not allowed: the connection has to do as proof.
                pulse.hear(Data(echo.utf8))
                try await clock.sleep(for: error.code == .notConnected ? Sync.echoPatience : Sync.echoInterval)
                continue
            }
            try await clock.sleep(for: Sync.echoPatience)
            if !pulse.isAlive, !pulse.isHandling { return }
            try await clock.sleep(for: Sync.echoInterval)
        }
    }
}
