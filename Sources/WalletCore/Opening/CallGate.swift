import FexValues
import Synchronization

/// Lets calls in while the wallet is open, and knows how many are in hand: who closes it waits for those.
final class CallGate: Sendable {
    enum Phase: Hashable, Sendable {
        case open
        /// Calls are let in, and nobody listens.
        case suspended
        /// No call is let in; those in hand go on.
        case closing
        /// The database's connections are closed.
        case closed

        var lets: Bool { self == .open || self == .suspended }
    }

    private let phase = CurrentValue(Phase.open)
    private let inHand = CurrentValue(0)
    private let endings = Mutex<[Ending]>([])

    private struct Ending {
        var end: StreamEnd
        var body: @Sendable () -> Void
    }

    /// Whether everything is closed, and every access fails.
    var isClosed: Bool { phase.value == .closed }

    /// Whether it is being closed, or is.
    var isClosing: Bool { !phase.value.lets }

    // MARK: Calling

    /// Begins a call, which ``leave()`` ends.
    ///
    /// - Throws: ``OpeningError/closed``.
    func enter() throws(OpeningError) {
        // Counted before the phase is looked at: whoever closes changes the phase before they look at the count.
        inHand.update { $0 += 1 }
        guard phase.value.lets else {
            leave()
            throw .closed
        }
    }

    /// Ends a call.
    func leave() { inHand.update { $0 -= 1 } }

    /// Runs a call away from the caller's actor: what it reads, writes, parses and signs on the way to its answer would
    /// otherwise hold up the main thread of an app.
    @concurrent
    func call<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        try enter()
        defer { leave() }
        return try await body()
    }

    /// Runs a body that listens until its task is cancelled. It is ended while the wallet is suspended, and begun again after
    /// that.
    @concurrent
    func listen(_ body: @escaping @Sendable () async throws -> Void) async throws {
        while true {
            for await phase in phase.watch() where phase != .suspended { break }
            try Task.checkCancellation()
            try enter()
            defer { leave() }
            guard phase.value == .open else { continue }
            if try await isOver(body) { return }
        }
    }

    /// - Returns: Whether the body has come to its end; not where it had to end.
    private func isOver(_ body: @escaping @Sendable () async throws -> Void) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                try await body()
                return true
            }
            group.addTask { [phase] in
                for await phase in phase.watch() where phase != .open { return false }
                throw CancellationError()
            }
            return try await group.next() ?? true
        }
    }

    // MARK: Suspending and closing

    /// Ends what listens, and waits until nothing is in hand, or the calling task is cancelled.
    func suspend() async {
        phase.update { if $0 == .open { $0 = .suspended } }
        await idle()
    }

    /// Has what was ended begin again.
    func resume() { phase.update { if $0 == .suspended { $0 = .open } } }

    /// Lets no further call in, waits for those in hand, and runs a body that closes what they used. Whoever comes second
    /// waits for the first.
    func close(_ body: @escaping @Sendable () async -> Void) async {
        var isFirst = false
        phase.update { phase in
            isFirst = phase.lets
            if isFirst { phase = .closing }
        }
        // A task of its own, which nobody cancels: a connection that closes under a payment would hide what became of it.
        await Task { [isFirst] in
            guard isFirst else {
                for await phase in phase.watch() where phase == .closed { break }
                return
            }
            await idle()
            await body()
            phase.value = .closed
            endings.withLock { endings in
                defer { endings = [] }
                return endings
            }
            .filter { !$0.end.hasCome }.forEach { $0.body() }
        }.value
    }

    private func idle() async { for await count in inHand.watch() where count == 0 { break } }

    /// Has a body run once all is closed, at once if it is, unless an end has come before.
    ///
    /// - Parameter body: Kept as long as the gate, which the store owns: it must not have the store.
    func onClose(until end: StreamEnd = StreamEnd(), _ body: @escaping @Sendable () -> Void) {
        let isKept = endings.withLock { endings in
            // Set before the endings are taken: one that is added after that is not lost.
            guard !isClosed else { return false }
            endings.removeAll { $0.end.hasCome }
            endings.append(Ending(end: end, body: body))
            return true
        }
        if !isKept { body() }
    }
}
