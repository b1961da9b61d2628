import ServiceLifecycle

/// Announces once that the sandbox is ready, then waits for the shutdown as every service does.
struct Announcement: Service {
    private let signal = AsyncStream<Void>.makeStream()
    private let announce: @Sendable () async throws -> Void

    init(_ announce: @escaping @Sendable () async throws -> Void) { self.announce = announce }

    /// Lets it announce: calls are answered from now on.
    func go() { signal.continuation.finish() }

    /// Runs until it is asked to stop.
    func run() async throws {
        try await cancelWhenGracefulShutdown {
            for await _ in signal.stream {}
            try Task.checkCancellation()
            try await announce()
        }
        try await gracefulShutdown()
    }
}
