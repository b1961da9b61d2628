import Synchronization

/// What happened at a test server so far.
public struct ServerLog: Sendable {
    /// The requests received, in their order.
    public var requests: [ReceivedRequest] = []
    /// How many connections were made in all.
    public var connections = 0
    /// How many of them the server still holds.
    public var openConnections = 0
}

/// Keeps a log for several threads, and lets tasks wait for what it comes to hold.
final class ServerJournal: Sendable {
    private struct Waiter {
        var condition: @Sendable (ServerLog) -> Bool
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var log = ServerLog()
        var waiters: [Int: Waiter] = [:]
        var lastWaiter = 0
    }

    private let state = Mutex(State())

    /// The log at present.
    var log: ServerLog { state.withLock { $0.log } }

    /// Writes to the log.
    func write<Result: Sendable>(_ change: (inout ServerLog) -> Result) -> Result {
        let (result, due) = state.withLock { state in
            let result = change(&state.log)
            let due = state.waiters.filter { $0.value.condition(state.log) }
            due.keys.forEach { state.waiters[$0] = nil }
            return (result, due.values.map { $0.continuation })
        }
        due.forEach { $0.resume() }
        return result
    }

    /// Returns when a condition holds, or the task is cancelled.
    func waits(until condition: @escaping @Sendable (ServerLog) -> Bool) async {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    let isDue = condition(state.log) || Task.isCancelled
                    if !isDue { state.waiters[id] = Waiter(condition: condition, continuation: continuation) }
                    return isDue
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
        }
    }
}
