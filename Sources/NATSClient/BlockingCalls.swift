import Dispatch
import Synchronization

/// Where calls that block run, so that they hold no thread of the cooperative pool.
enum BlockingCalls {
    private static let queue = DispatchQueue(label: "NATSClient.blocking", attributes: .concurrent)

    /// The result of a call that may block.
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable () -> Result<Value, NATSError>
    ) async throws(NATSError) -> Value {
        let result = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: body()) }
        }
        return try result.get()
    }

    /// The result of a call that may block for longer than it should: then it is a timeout, and what the call comes to later is
    /// let go.
    ///
    /// libnats times neither a TLS handshake nor what a server says behind one. A call that hangs keeps its thread, so only so
    /// many may.
    ///
    /// - Parameter patience: How much longer to wait once the task is cancelled.
    static func run<Value: Sendable>(
        within limit: Duration, whenCancelled patience: Duration,
        _ body: @escaping @Sendable () -> Result<Value, NATSError>
    ) async throws(NATSError) -> Value {
        guard hanging.load(ordering: .relaxed) < hangingLimit else {
            throw NATSError(.timeout, detail: "earlier attempts have not ended yet")
        }
        let reply = FirstReply<Value>()
        @Sendable func giveUp(after time: Duration) {
            queue.asyncAfter(deadline: .now() + .milliseconds(Int(time.clampedMilliseconds))) {
                let late = NATSError(.timeout, detail: "Timeout: the server took the connection, and said no more")
                if reply.give(.failure(late)) { hanging.add(1, ordering: .relaxed) }
            }
        }
        giveUp(after: limit)
        queue.async {
            let result = body()
            // Whoever waited has given up.
            if !reply.give(result) { hanging.subtract(1, ordering: .relaxed) }
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { reply.wait(with: $0) }
        } onCancel: {
            giveUp(after: patience)
        }
        return try result.get()
    }

    private static let hanging = Atomic(0)
    private static let hangingLimit = 8

    /// Returns once a call that may block has.
    static func wait(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            queue.async {
                body()
                continuation.resume()
            }
        }
    }

    /// Starts a call that may block, and does not wait for it.
    static func start(_ body: @escaping @Sendable () -> Void) {
        queue.async(execute: body)
    }
}

/// Where the first of several results is awaited.
private final class FirstReply<Value: Sendable>: Sendable {
    typealias Reply = Result<Value, NATSError>

    private enum State {
        case empty
        case awaited(CheckedContinuation<Reply, Never>)
        case given(Reply)
        case taken
    }

    private let state = Mutex(State.empty)

    /// Gives a result to whoever waits, or will.
    ///
    /// - Returns: Whether it was the first.
    func give(_ reply: Reply) -> Bool {
        let (isFirst, continuation) = state.withLock { state -> (Bool, CheckedContinuation<Reply, Never>?) in
            switch state {
            case .empty:
                state = .given(reply)
                return (true, nil)
            case .awaited(let continuation):
                state = .taken
                return (true, continuation)
            case .given, .taken: return (false, nil)
            }
        }
        continuation?.resume(returning: reply)
        return isFirst
    }

    func wait(with continuation: CheckedContinuation<Reply, Never>) {
        let given = state.withLock { state -> Reply? in
            guard case .given(let reply) = state else {
                state = .awaited(continuation)
                return nil
            }
            state = .taken
            return reply
        }
        if let given { continuation.resume(returning: given) }
    }
}
