extension Services {
    /// Moves the sandbox's time forward, and does what falls due.
    func advanceClock(seconds: Int64) async throws {
        let total = clock.advance(milliseconds: seconds * 1000)
        try await store.transaction { try $0.save(String(total), as: .clockAdvance) }
    }
}
