public import FexValues

extension Decisions {
    /// One decision: as it stands now, whenever it changes, and last as it is settled; then the sequence ends.
    ///
    /// For the screen of a payment whose outcome is open. What makes the next attempt is ``Sync/run()``, or ``retry(_:)``. What
    /// another process does shows while ``Sync/run()`` goes on here.
    ///
    /// The sequence throws ``DecisionError/unknownDecision`` where there is none; ``StorageError`` where the database can't be
    /// read.
    public nonisolated func watch(_ id: DecisionID) -> some AsyncSequence<Decision, any Error> & Sendable {
        EndingSequence(store.watchDecision(id)) { $0.state.isSettled }
    }

    /// The decisions not yet settled, oldest first: now, and again whenever that, or one of them, changes.
    ///
    /// ``Decision/state`` tells those of which nothing was sent from those whose outcome is not known.
    public nonisolated func watchOutbox() -> some AsyncSequence<[Decision], any Error> & Sendable {
        store.watchOutbox()
    }
}
