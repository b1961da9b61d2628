import FexValues
import Synchronization
import WalletCore

/// Listens for events and sends what waits, from `sync.start` to `sync.stop`.
final class BackgroundSync: Sendable {
    private struct State {
        var task: Task<Void, Never>?
        /// Counts what was begun and ended: the end of an earlier run is none of this one's.
        var run = 0
        var failure: (any WalletError)?
        var isClosed = false
    }

    private let wallet: Wallet
    private let state = Mutex(State())
    /// Told when it has ended by itself.
    private let onEnd: @Sendable () -> Void

    init(_ wallet: Wallet, onEnd: @escaping @Sendable () -> Void) {
        self.wallet = wallet
        self.onEnd = onEnd
    }

    /// Why it has ended by itself, since it was last begun.
    var failure: (any WalletError)? { state.withLock { $0.failure } }

    /// Begins, unless it runs already.
    func start() {
        state.withLock { state in
            guard !state.isClosed, state.task == nil else { return }
            state.failure = nil
            state.run += 1
            state.task = Task { [self, run = state.run] in
                do { try await wallet.sync.run() } catch is CancellationError {} catch { end(run, with: error) }
            }
        }
    }

    private func end(_ run: Int, with error: any Error) {
        let isCurrent = state.withLock { state in
            guard state.run == run else { return false }
            state.task = nil
            state.failure = DoorError.told(error)
            return true
        }
        if isCurrent { onEnd() }
    }

    /// Ends it, and waits until it has ended.
    ///
    /// - Parameter forGood: Whether it may not be begun again.
    func stop(forGood: Bool = false) async {
        let task = state.withLock { state in
            defer { state.task = nil }
            state.run += 1
            if forGood { state.isClosed = true }
            return state.task
        }
        task?.cancel()
        await task?.value
    }
}
