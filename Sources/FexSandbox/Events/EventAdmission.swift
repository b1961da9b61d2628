/// Adds wallets that are opened at run time to the event server's users, one reload after another.
actor EventAdmission {
    /// Makes the event server read its list of users again.
    typealias Reload = @Sendable () async throws -> Void

    private var reload: Reload?
    private var last: Task<Void, any Error>?

    /// Sets how the server that now runs is made to reload.
    func open(_ reload: @escaping Reload) { self.reload = reload }

    /// The server is gone.
    func close() { reload = nil }

    /// Returns when every wallet of the store may connect; at once where the sandbox keeps no event server.
    ///
    /// - Throws: ``SandboxError/eventServer(_:)``.
    func admitAll() async throws {
        guard let reload else { return }
        let previous = last
        // A task of its own: the next one in line waits for it, whatever becomes of this caller.
        let task = Task {
            _ = await previous?.result
            try await reload()
        }
        last = task
        try await task.value
    }
}
