import FexValues
package import Mailboxes
import Synchronization

/// The signals of connections that are made one after the other, each for one reader: what every transport does that has
/// to make its connections again.
package struct ReconnectingSignals: Sendable {
    private let pauses: ReconnectPauses
    private let clock: any Clock<Duration>
    private let randomness: any RandomNumberGenerator & Sendable
    private let listeners = Listeners()

    /// - Parameters:
    ///   - pauses: How long to wait between attempts.
    ///   - clock: What pauses are waited on.
    ///   - randomness: Where the chance in the pauses comes from.
    package init(
        pauses: ReconnectPauses, clock: any Clock<Duration>, randomness: any RandomNumberGenerator & Sendable
    ) {
        self.pauses = pauses
        self.clock = clock
        self.randomness = randomness
    }

    /// A stream of signals that begins with "connecting", and does not end by itself.
    ///
    /// Leaving the iteration, or cancelling the task that reads, cancels the connection.
    ///
    /// - Parameter listenOnce: Lives through one connection, puts into the mailbox what it has to say, and returns why it
    ///   ended or never came to be; that is made fit to be shown. When its task is cancelled it returns soon.
    package func stream(
        _ listenOnce: @escaping @Sendable (Mailbox<SignalQueue>) async -> String
    ) -> AsyncStream<EventSignal> {
        let mailbox = Mailbox(SignalQueue())
        mailbox.put(.disconnected(reason: "connecting"))
        let listening = CancelOnce(
            listeners.begin {
                await keepListening(into: mailbox, listenOnce)
            } ending: {
                mailbox.finish(discarding: true)
            })
        return AsyncStream(
            unfolding: { [listening] in
                _ = listening
                return await mailbox.next()
            },
            onCancel: { listening.end() })
    }

    /// Ends every stream, and returns when their connections are gone; streams that are begun later end at once.
    package func shutdown() async { await listeners.end() }

    /// Connects again and again, until the task is cancelled.
    private func keepListening(
        into mailbox: Mailbox<SignalQueue>, _ listenOnce: @Sendable (Mailbox<SignalQueue>) async -> String
    ) async {
        var generator = randomness
        var failures = 0
        while !Task.isCancelled {
            var reason = ""
            let stood = await clock.measure { reason = await listenOnce(mailbox) }
            guard !Task.isCancelled else { return }
            mailbox.put(.disconnected(reason: PlainText.clean(reason, limit: 200)))
            failures = stood >= pauses.steadyAfter ? 1 : failures + 1
            try? await clock.sleep(for: pauses.pause(after: failures, using: &generator))
        }
    }
}

/// Those who listen, until each or all of them are to end.
private final class Listeners: Sendable {
    private struct Listener {
        var task: Task<Void, Never>
        var cancel: @Sendable () -> Void
    }

    private struct State {
        var isOver = false
        var number = 0
        var listeners: [Int: Listener] = [:]
    }

    private let state = Mutex(State())

    /// - Parameter end: Tells whoever hears of it; safe to repeat.
    /// - Returns: What ends it; safe to repeat.
    func begin(
        _ body: @escaping @Sendable () async -> Void, ending end: @escaping @Sendable () -> Void
    ) -> @Sendable () -> Void {
        let (cancel, isOver) = state.withLock { state in
            state.number += 1
            let task = Task { [self, number = state.number] in
                await body()
                self.state.withLock { $0.listeners[number] = nil }
            }
            let cancel = { @Sendable in
                task.cancel()
                end()
            }
            // Known before it can be over, which waits for this lock.
            state.listeners[state.number] = Listener(task: task, cancel: cancel)
            return (cancel, state.isOver)
        }
        if isOver { cancel() }
        return cancel
    }

    func end() async {
        let listeners = state.withLock { state in
            state.isOver = true
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.cancel() }
        for listener in listeners { await listener.task.value }
    }
}
