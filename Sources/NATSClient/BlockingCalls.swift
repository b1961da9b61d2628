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
    static func run<Value: Sendable>(
        within limit: Duration, _ body: @escaping @Sendable () -> Result<Value, NATSError>
    ) async throws(NATSError) -> Value {
        guard hanging.load(ordering: .relaxed) < hangingLimit else {
            throw NATSError(.timeout, detail: "earlier attempts have not ended yet")
        }
        let result = await withCheckedContinuation { (continuation: FirstReply<Value>.Continuation) in
            let reply = FirstReply<Value>(continuation)
            queue.async {
                let result = body()
                // Whoever waited has given up.
                if !reply.give(result) { hanging.subtract(1, ordering: .relaxed) }
            }
            let deadline = DispatchTime.now() + .milliseconds(Int(limit.clampedMilliseconds))
            queue.asyncAfter(deadline: deadline) {
                let late = NATSError(.timeout, detail: "Timeout: the server took the connection, and said no more")
                if reply.give(.failure(late)) { hanging.add(1, ordering: .relaxed) }
            }
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
    private let waiting: Mutex<Continuation?>

    init(_ continuation: Continuation) { waiting = Mutex(continuation) }

    /// Gives a result to whoever waits.
    ///
    /// - Returns: Whether it was the first.
    func give(_ result: Result<Value, NATSError>) -> Bool {
        let continuation = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        continuation?.resume(returning: result)
        return continuation != nil
    }
}
