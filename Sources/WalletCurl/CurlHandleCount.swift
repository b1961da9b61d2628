import Synchronization

/// Counts the easy handles that exist, so that a test can tell that none is left behind.
final class CurlHandleCount: Sendable {
    private let value = Atomic(0)

    /// How many there are.
    var count: Int { value.load(ordering: .acquiring) }

    /// One was made.
    func increment() {
        value.add(1, ordering: .acquiringAndReleasing)
    }

    /// One was freed.
    func decrement() {
        value.subtract(1, ordering: .acquiringAndReleasing)
    }
}
