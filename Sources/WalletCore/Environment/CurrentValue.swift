import Synchronization

/// A value with watchers, each of which first gets the value as it is now.
final class CurrentValue<Value: Hashable & Sendable>: Sendable {
    private struct Watcher {
        var continuation: AsyncStream<Value>.Continuation
        var end: StreamEnd
    }

    private struct State {
        var value: Value
        var watchers: [Watcher] = []
        var isFinished = false
    }

    private let state: Mutex<State>

    init(_ value: Value) { state = Mutex(State(value: value)) }

    var value: Value {
        get { state.withLock { $0.value } }
        set { update { $0 = newValue } }
    }

    /// Changes the value by what it is, with nothing in between.
    func update(_ change: (inout Value) -> Void) {
        state.withLock { state in
            var value = state.value
            change(&value)
            guard state.value != value else { return }
            state.value = value
            state.watchers.removeAll { $0.end.hasCome }
            for watcher in state.watchers { watcher.continuation.yield(value) }
        }
    }

    func watch() -> AsyncStream<Value> {
        let (stream, continuation) = AsyncStream<Value>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let end = StreamEnd()
        continuation.onTermination = { _ in end.come() }
        state.withLock { state in
            state.watchers.removeAll { $0.end.hasCome }
            continuation.yield(state.value)
            guard !state.isFinished else { return continuation.finish() }
            state.watchers.append(Watcher(continuation: continuation, end: end))
        }
        return stream
    }

    /// Ends all that watch it, and each that will once it has had the value.
    func finish() {
        let watchers = state.withLock { state in
            state.isFinished = true
            defer { state.watchers = [] }
            return state.watchers
        }
        for watcher in watchers { watcher.continuation.finish() }
    }
}

/// Whether nobody reads a stream any more.
///
/// `onTermination` runs under the cancelled task's lock. Taking our mutex there could deadlock with a `yield` made under that
/// mutex, which resumes the same task; so the flag is an atomic.
package final class StreamEnd: Sendable {
    private let isOver = Atomic(false)

    /// An end yet to come.
    package init() {}

    /// Whether it has come.
    package var hasCome: Bool { isOver.load(ordering: .acquiring) }

    /// Notes it.
    package func come() { isOver.store(true, ordering: .releasing) }
}
