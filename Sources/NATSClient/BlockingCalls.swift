import Dispatch

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
