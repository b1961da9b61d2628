import GRDB
import Synchronization

/// A value of the database, now and whenever it changes.
struct StoreValues<Value: Equatable & Sendable>: AsyncSequence, Sendable {
    private enum Source: Sendable {
        case observation(AsyncValueObservation<Value>)
        case inline(InlineDatabase, @Sendable (Database) throws -> Value)
    }

    enum AsyncIterator: AsyncIteratorProtocol {
        case observation(AsyncValueObservation<Value>.AsyncIterator)
        case inline(AsyncThrowingStream<Value, any Error>.AsyncIterator)

        @concurrent mutating func next() async throws -> Value? {
            switch self {
            case .observation(var iterator):
                defer { self = .observation(iterator) }
                return try await iterator.next()
            case .inline(var iterator):
                defer { self = .inline(iterator) }
                return try await iterator.next()
            }
        }
    }

    private let source: Source

    /// Follows the transactions of SQLite, whoever of this process makes them.
    init(_ observation: AsyncValueObservation<Value>) { source = .observation(observation) }

    /// Looks again after each write, on the thread that wrote.
    init(_ database: InlineDatabase, _ body: @escaping @Sendable (Database) throws -> Value) {
        source = .inline(database, body)
    }

    func makeAsyncIterator() -> AsyncIterator {
        switch source {
        case .observation(let observation): .observation(observation.makeAsyncIterator())
        case .inline(let database, let body): .inline(database.values(body).makeAsyncIterator())
        }
    }
}

extension InlineDatabase {
    /// A value now, and after each write that changed it; the newest alone is kept for a slow reader.
    fileprivate func values<Value: Equatable & Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) -> AsyncThrowingStream<Value, any Error> {
        AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let end = StreamEnd()
            continuation.onTermination = { _ in end.come() }
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
        }
    }
}
