import GRDB
import Synchronization

/// A value of the database, now and whenever it changes; until the database is closed.
struct StoreValues<Value: Equatable & Sendable>: AsyncSequence, Sendable {
    typealias Continuation = AsyncThrowingStream<Value, any Error>.Continuation

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var values: AsyncThrowingStream<Value, any Error>.AsyncIterator
        /// Ends when nothing of this iterator is left.
        fileprivate let observing: Observing

        @concurrent mutating func next() async throws -> Value? { try await values.next() }
    }

    /// What has values come, for as long as somebody has the iterator.
    fileprivate final class Observing: Sendable {
        private let end: @Sendable () -> Void

        init(_ end: @escaping @Sendable () -> Void) { self.end = end }

        deinit { end() }

        /// Ends it; safe to repeat.
        func stop() { end() }
    }

    private let gate: CallGate
    private let keepsNewestAlone: Bool
    private let begin: @Sendable (Continuation, CallGate.Reader) -> @Sendable () -> Void

    /// - Parameters:
    ///   - keepsNewestAlone: Whether a slow reader misses what came before the newest.
    ///   - begin: Has values come, keeps the reader wherever it may still read, and returns what ends that and lets go of it;
    ///     safe to repeat.
    init(
        _ gate: CallGate, keepsNewestAlone: Bool = false,
        _ begin: @escaping @Sendable (Continuation, CallGate.Reader) -> @Sendable () -> Void
    ) {
        self.gate = gate
        self.keepsNewestAlone = keepsNewestAlone
        self.begin = begin
    }

    func makeAsyncIterator() -> AsyncIterator {
        let (stream, continuation) = AsyncThrowingStream<Value, any Error>.makeStream(
            bufferingPolicy: keepsNewestAlone ? .bufferingNewest(1) : .unbounded)
        let end = StreamEnd()
        let observing: Observing
        do {
            try gate.enterDatabase()
            defer { gate.leaveDatabase() }
            let cancel = begin(continuation, gate.makeReader())
            observing = Observing {
                end.come()
                cancel()
            }
            continuation.onTermination = { [weak observing] _ in observing?.stop() }
            gate.beforeClosing(until: end, cancel)
            gate.onClose(until: end) { continuation.finish(throwing: OpeningError.closed) }
        } catch {
            continuation.finish(throwing: error)
            observing = Observing {}
        }
        return AsyncIterator(values: stream.makeAsyncIterator(), observing: observing)
    }
}

extension InlineDatabase {
    /// Delivers a value now, and after each write that changed it.
    ///
    /// - Returns: What ends that.
    func deliver<Value: Equatable & Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value,
        to continuation: AsyncThrowingStream<Value, any Error>.Continuation
    ) -> @Sendable () -> Void {
        let end = StreamEnd()
        let last = Mutex<Value?>(nil)
        observe {
            guard !end.hasCome else { return false }
            do {
                let value = try queue.unsafeRead(body)
                let isNew = last.withLock { last in
                    defer { last = value }
                    return last != value
                }
                if isNew { continuation.yield(value) }
                return true
            } catch {
                continuation.finish(throwing: error)
                return false
            }
        }
        return { end.come() }
    }
}
