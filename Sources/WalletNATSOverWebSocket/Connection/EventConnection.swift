import Foundation
import Mailboxes
import Synchronization
import WalletCore

/// One connection to an event server: carries out what its machine says.
final class EventConnection: Sendable {
    private enum Effect: Sendable {
        case send(Data)
        case wake(at: Duration)
    }

    private struct State {
        var machine: ConnectionMachine
        var end: ConnectionEnd?
        var publishers: [Int: CheckedContinuation<EventTransportError?, Never>] = [:]
        var lastPublish = 0
    }

    private let socket: any WebSocketConnection
    private let mailbox: Mailbox<SignalQueue>
    private let standing: StandingConnections<EventConnection>
    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration
    private let state: Mutex<State>
    // It has no `onTermination`, which would run under a task's lock: that lets it be fed while the mutex is held.
    private let effects = AsyncStream<Effect>.makeStream()

    /// A connection that is not run yet.
    ///
    /// - Parameters:
    ///   - mailbox: What is heard goes there.
    ///   - standing: Where the connection is while messages can be published on it.
    ///   - clock: By which it is waited.
    init(
        _ socket: any WebSocketConnection, machine: ConnectionMachine, mailbox: Mailbox<SignalQueue>,
        standing: StandingConnections<EventConnection>, clock: any Clock<Duration>
    ) {
        self.socket = socket
        self.mailbox = mailbox
        self.standing = standing
        self.clock = clock
        elapsed = Self.stopwatch(clock)
        state = Mutex(State(machine: machine))
    }

    private static func stopwatch(_ clock: some Clock<Duration>) -> @Sendable () -> Duration {
        let start = clock.now
        return { start.duration(to: clock.now) }
    }

    /// Lives through the connection, until it ends or the task is cancelled; then the socket is closed.
    ///
    /// - Returns: Why it ended.
    func run() async -> ConnectionEnd {
        handle(.opened)
        await withDiscardingTaskGroup { group in
            group.addTask { await self.receive() }
            for await effect in effects.stream {
                switch effect {
                case .send(let bytes): group.addTask { await self.send(bytes) }
                case .wake(let moment): group.addTask { await self.wake(at: moment) }
                }
            }
            // Nobody reads its effects any more: it ends here, if it hasn't.
            handle(.failed(WebSocketError(.lost, detail: "the connection was given up")))
            socket.close()
            group.cancelAll()
        }
        return state.withLock { $0.end } ?? .silent
    }

    /// Sends a message; returns once the server has taken it.
    func publish(_ payload: Data, to subject: EventSubject) async throws(EventTransportError) {
        let error = await withCheckedContinuation { continuation in
            let id = state.withLock { state in
                state.lastPublish += 1
                state.publishers[state.lastPublish] = continuation
                return state.lastPublish
            }
            handle(.publish(id, subject, payload))
        }
        if let error { throw error }
    }

    private func receive() async {
        do throws(WebSocketError) {
            while true { handle(.received(try await socket.receive())) }
        } catch {
            handle(.failed(error))
        }
    }

    private func send(_ bytes: Data) async {
        do throws(WebSocketError) {
            try await socket.send(bytes)
            handle(.sent)
        } catch {
            handle(.failed(error))
        }
    }

    private func wake(at moment: Duration) async {
        // A clock may wake a little early; the machine would then wait for a moment that nobody tells it.
        while elapsed() < moment {
            guard (try? await clock.sleep(for: moment - elapsed())) != nil else { return }
        }
        handle(.timePassed)
    }

    /// Tells the machine what happened, and has done what it says. Signals leave under the mutex: so they keep their order.
    private func handle(_ event: ConnectionMachine.Event) {
        let settled = state.withLock { state in
            var settled: [(CheckedContinuation<EventTransportError?, Never>, EventTransportError?)] = []
            for action in state.machine.handle(event, now: elapsed()) {
                switch action {
                case .send(let bytes): effects.continuation.yield(.send(bytes))
                case .wake(let moment): effects.continuation.yield(.wake(at: moment))
                case .deliver(let message): mailbox.put(.message(message))
                case .stand:
                    // Whoever hears that it is connected may publish at once.
                    standing.enter(self)
                    mailbox.put(.connected)
                case .settle(let id, let error):
                    if let publisher = state.publishers.removeValue(forKey: id) { settled.append((publisher, error)) }
                case .end(let end):
                    state.end = end
                    standing.leave(self)
                    effects.continuation.finish()
                }
            }
            return settled
        }
        for (publisher, error) in settled { publisher.resume(returning: error) }
    }
}
