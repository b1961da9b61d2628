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
        /// Nor does anybody begin to use the database, whose connections are closed once nobody does.
        case draining
        /// They are closed.
        case closed

        var letsCalls: Bool { self == .open || self == .suspended }
        var letsUses: Bool { letsCalls || self == .closing }
    }

    private let phase = CurrentValue(Phase.open)
    private let inHand = CurrentValue(0)
    private let uses = CurrentValue(0)
    private let readers = CurrentValue(0)
    private let endings = Mutex<[Ending]>([])

    private struct Ending {
        var isBeforeClosing: Bool
        var end: StreamEnd
        var body: @Sendable () -> Void
    }

    // MARK: Calling

    /// Begins a call, which ``leave()`` ends.
    ///
    /// - Throws: ``OpeningError/closed``.
    func enter() throws(OpeningError) {
        // Counted before the phase is looked at: whoever closes changes the phase before they look at the count.
        inHand.update { $0 += 1 }
        guard phase.value.letsCalls else {
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

    // MARK: Using the database

    /// Begins to use the database, which ``leaveDatabase()`` ends: what is in hand does so also while the wallet is being
    /// closed.
    ///
    /// - Throws: ``OpeningError/closed``.
    func enterDatabase() throws(OpeningError) {
        uses.update { $0 += 1 }
        guard phase.value.letsUses else {
            leaveDatabase()
            throw .closed
        }
    }

    /// Ends a use of the database.
    func leaveDatabase() { uses.update { $0 -= 1 } }

    /// Stands for something that reads the database whenever that changes, for as long as anybody has it.
    final class Reader: Sendable {
        private let readers: CurrentValue<Int>

        fileprivate init(_ readers: CurrentValue<Int>) {
            self.readers = readers
            readers.update { $0 += 1 }
        }

        deinit { readers.update { $0 -= 1 } }
    }

    /// To be had by all that a new reader does, so that nothing is closed under it. Within a use of the database.
    func makeReader() -> Reader { Reader(readers) }

    // MARK: Suspending and closing

    /// Ends what listens, and waits until nothing is in hand, or the calling task is cancelled.
    func suspend() async {
        phase.update { if $0 == .open { $0 = .suspended } }
        await untilNobody(inHand)
    }

    /// Has what was ended begin again.
    func resume() { phase.update { if $0 == .suspended { $0 = .open } } }

    /// Lets no further call in, waits for those in hand, and runs a body that closes what they used. Whoever comes second
    /// waits for the first.
    func close(_ body: @escaping @Sendable () async -> Void) async {
        var isFirst = false
        phase.update { phase in
            isFirst = phase.letsCalls
            if isFirst { phase = .closing }
        }
        // A task of its own, which nobody cancels: a connection that closes under a payment would hide what became of it.
        await Task { [isFirst] in
            guard isFirst else {
                for await phase in phase.watch() where phase == .closed { break }
                return
            }
            await untilNobody(inHand)
            phase.value = .draining
            await untilNobody(uses)
            end { $0.isBeforeClosing }
            await untilNobody(readers)
            await body()
            phase.value = .closed
            end { _ in true }
        }.value
    }

    private func end(_ isMeant: (Ending) -> Bool) {
        let meant = endings.withLock { endings in
            let meant = endings.filter(isMeant)
            endings.removeAll(where: isMeant)
            return meant
        }
        for ending in meant where !ending.end.hasCome { ending.body() }
    }

    /// Waits until nobody is counted, or the calling task is cancelled.
    private func untilNobody(_ count: CurrentValue<Int>) async {
        for await count in count.watch() where count == 0 { break }
    }

    /// Has a body run once nothing is in hand and before anything is closed, unless an end has come before. Within a use of
    /// the database.
    ///
    /// - Parameter body: As for ``onClose(until:_:)``.
    func beforeClosing(until end: StreamEnd, _ body: @escaping @Sendable () -> Void) {
        endings.withLock { endings in
            endings.removeAll { $0.end.hasCome }
            endings.append(Ending(isBeforeClosing: true, end: end, body: body))
        }
    }

    /// Has a body run once all is closed, at once if it is, unless an end has come before.
    ///
    /// - Parameter body: Kept as long as the gate, which the store owns: it must not have the store.
    func onClose(until end: StreamEnd = StreamEnd(), _ body: @escaping @Sendable () -> Void) {
        let isKept = endings.withLock { endings in
            // Set before the endings are taken: one that is added after that is not lost.
            guard phase.value != .closed else { return false }
            endings.removeAll { $0.end.hasCome }
            endings.append(Ending(isBeforeClosing: false, end: end, body: body))
            return true
        }
        if !isKept { body() }
    }
}
