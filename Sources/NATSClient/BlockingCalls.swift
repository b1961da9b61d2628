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
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                reply.wait(continuation)
                giveUp(after: limit)
                queue.async {
                    let result = body()
                    // Whoever waited has given up.
                    if !reply.give(result) { hanging.subtract(1, ordering: .relaxed) }
                }
            }
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
    typealias Continuation = CheckedContinuation<Result<Value, NATSError>, Never>
    private let waiting = Mutex<Continuation?>(nil)

    func wait(_ continuation: Continuation) { waiting.withLock { $0 = continuation } }

    /// Gives a result to whoever waits.
    ///
    /// - Returns: Whether somebody did.
    func give(_ result: Result<Value, NATSError>) -> Bool {
        let continuation = waiting.withLock { $0.take() }
        continuation?.resume(returning: result)
        return continuation != nil
    }
}
