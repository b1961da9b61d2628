import Synchronization

/// How new requests reach this device at the moment. "Nothing new" and "not listening" are different things.
public enum Listening: String, Hashable, Sendable {
    /// By the event stream, at once.
    case stream
    /// By asking from time to time, since the event stream is away.
    case poll
    /// Not at all.
    case no
}

/// A value with watchers, each of which first gets the value as it is now.
final class Watched<Value: Hashable & Sendable>: Sendable {
    private struct State {
        var value: Value
        var watchers: [Int: AsyncStream<Value>.Continuation] = [:]
        var nextWatcher = 0
    }

    private let state: Mutex<State>

    init(_ value: Value) { state = Mutex(State(value: value)) }

    var value: Value {
        get { state.withLock { $0.value } }
        set {
            state.withLock { state in
                guard state.value != newValue else { return }
                state.value = newValue
                for watcher in state.watchers.values { watcher.yield(newValue) }
            }
        }
    }

    func watch() -> AsyncStream<Value> {
        let (stream, continuation) = AsyncStream<Value>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            let id = state.nextWatcher
            state.nextWatcher += 1
            state.watchers[id] = continuation
            continuation.yield(state.value)
            return id
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.watchers[id] = nil }
        }
        return stream
    }
}
