import Synchronization

/// Whether nobody reads a stream any more.
///
/// `onTermination` runs under the cancelled task's lock. Taking our mutex there could deadlock with a `yield` made under that
/// mutex, which resumes the same task; so the flag is an atomic.
package final class StreamEnd: Sendable {
    private let isOver = Atomic(false)

    /// An end yet to come.
    package init() {}

    /// Whether it has come.
    package var hasCome: Bool { isOver.load(ordering: .acquiring) }

    /// Notes it.
    package func come() { isOver.store(true, ordering: .releasing) }
}
