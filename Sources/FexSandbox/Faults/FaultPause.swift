import ServiceLifecycle

/// The time a fault makes a call take.
enum FaultPause {
    /// Waits; a sandbox that is told to stop waits no longer, so that what is under way comes to its end.
    static func wait(_ duration: Duration) async throws {
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: duration) }
        try Task.checkCancellation()
    }
}
