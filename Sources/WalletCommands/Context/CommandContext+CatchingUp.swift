import WalletCore

extension CommandContext {
    /// How long someone who only wants to read is kept waiting for a platform that does not answer.
    private static let patience = Duration.seconds(2)

    /// Asks for new requests, but not for long: what is known already is readable at once.
    func catchUpQuickly() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await wallet.approvals.catchUp() }
            group.addTask {
                try await Task.sleep(for: Self.patience)
                terminal.note("the platform has not answered yet; these are the requests seen so far")
            }
            try await group.next()
            group.cancelAll()
        }
    }
}
