import Synchronization

/// Ends what a stream started, when the stream's reader cancels or lets go of it.
final class CancelOnce: Sendable {
    private let action: Mutex<(@Sendable () -> Void)?>

    init(_ action: @escaping @Sendable () -> Void) {
        self.action = Mutex(action)
    }

    deinit { end() }

    /// Does it, once.
    func end() {
        let action = action.withLock { action in
            defer { action = nil }
            return action
        }
        action?()
    }
}
