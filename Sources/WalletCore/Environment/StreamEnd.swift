import Synchronization

/// Whether nobody reads a stream any more.
///
/// A cancelled task tells of it while it is locked itself, and whoever wakes that task waits for it: so it is noted where
/// no lock is needed, least of all one under which tasks are woken.
package final class StreamEnd: Sendable {
    private let isOver = Atomic(false)

    /// An end yet to come.
    package init() {}

    /// Whether it has come.
    package var hasCome: Bool { isOver.load(ordering: .acquiring) }

    /// Notes it.
    package func come() { isOver.store(true, ordering: .releasing) }
}
