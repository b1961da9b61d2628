import FexValues
package import Mailboxes

/// The signals of connections that are made one after the other, each for one reader: what every transport does that has
/// to make its connections again.
package struct ReconnectingSignals: Sendable {
    private let pauses: ReconnectPauses
    private let clock: any Clock<Duration>
    private let randomness: any RandomNumberGenerator & Sendable

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
        let task = Task { await keepListening(into: mailbox, listenOnce) }
        let listening = CancelOnce {
            task.cancel()
            mailbox.finish(discarding: true)
        }
        return AsyncStream(
            unfolding: { [listening] in
                _ = listening
                return await mailbox.next()
            },
            onCancel: { listening.end() })
    }

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
