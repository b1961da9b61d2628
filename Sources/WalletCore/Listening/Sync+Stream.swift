import FexValues
import Foundation
import Logging

extension Sync {
    /// How often the wallet calls out to itself.
    private static let echoInterval: Duration = .seconds(180)
    /// How long an echo may take.
    private static let echoPatience: Duration = .seconds(15)

    /// Follows the event stream; one that has gone deaf is left, and another begun.
    func listen(as wallet: WalletID) async throws {
        guard let events else { return }
        // After a stream went deaf, a connection proves nothing: the next stream is believed when its echo is heard.
        var believesConnection = true
        while true {
            let heartbeat = Heartbeat()
            let hints = HintStream(follower: approvals.hints, wallet: wallet) { [self] failure in
                if let failure { requestCatchUp(after: failure) } else { requestCatchUp() }
            }
            try await withThrowingTaskGroup(of: Void.self) { [believesConnection] group in
                group.addTask {
                    try await self.read(
                        events, as: wallet, heartbeat: heartbeat, hints: hints, believesConnection: believesConnection)
                }
                group.addTask { try await hints.run() }
                group.addTask { try await self.prove(events, as: wallet, heartbeat: heartbeat) }
                try await group.next()
                group.cancelAll()
            }
            try Task.checkCancellation()
            believesConnection = false
            log.notice("event stream deaf: beginning another")
            loseStream()
        }
    }

    /// Reads signals as they come, so that what the stream is known to be is never behind: whatever takes time is left to
    /// others.
    private func read(
        _ events: any EventTransport, as wallet: WalletID, heartbeat: Heartbeat, hints: HintStream,
        believesConnection: Bool
    ) async throws {
        let echo = endpoints.echoSubject(of: wallet)
        let subjects = endpoints.subjects(of: wallet)
        for await signal in events.signals(on: subjects + [echo]) {
            switch signal {
            case .connected:
                if believesConnection { listening.value = .stream }
                heartbeat.connections.update { $0 += 1 }
                // The subscription is in place by now, so what changes during the catch-up comes as an event.
                requestCatchUp()
            case .disconnected(let reason):
                log.notice("event stream away", metadata: ["why": "\(PlainText.clean(reason, limit: 120))"])
                loseStream()
            case .message(let message) where message.subject == echo:
                heartbeat.hear(message.payload)
                if heartbeat.isAlive { listening.value = .stream }
            case .message(let message) where message.subject == subjects[0]:
                hints.take(message.payload)
            case .message(let message) where message.subject == subjects[2]:
                noteDeviceEvent()
            case .message:
                // A balance that moved is the only sign of a decision made elsewhere.
                requestCatchUp()
            }
        }
        try Task.checkCancellation()
        // The transport has given up: another stream is begun after a pause.
        try await clock.sleep(for: Sync.echoInterval)
    }

    /// The stream does not hear any more; from now on the platform is asked.
    private func loseStream() {
        guard listening.value == .stream else { return }
        listening.value = .poll
        requestCatchUp()
    }

    /// Calls out to this wallet itself on each connection, and then from time to time; returns when it does not hear itself.
    private func prove(_ events: any EventTransport, as wallet: WalletID, heartbeat: Heartbeat) async throws {
        // An echo sent before the subscription is in place would be lost.
        try await wait(for: heartbeat.connections.watch(), atMost: nil) { $0 > 0 }
        while true {
            let connection = heartbeat.connections.value
            var pause = Sync.echoInterval
            let echo = entropy.uuid()
            heartbeat.expect(echo)
            do {
                try await events.publish(Data(echo.utf8), to: endpoints.echoSubject(of: wallet))
                try await clock.sleep(for: Sync.echoPatience)
                // An echo that was lost with a broken connection says nothing about the next one.
                if !heartbeat.isAlive, heartbeat.connections.value == connection { return }
            } catch let error as EventTransportError {
                // If there is no connection, the stream says so itself. If publishing is not allowed, the connection
                // has to do as proof.
                heartbeat.hear(Data(echo.utf8))
                pause = error.reason == .notConnected ? Sync.echoPatience : Sync.echoInterval
            }
            try await wait(for: heartbeat.connections.watch(), atMost: pause) { $0 != connection }
        }
    }
}
