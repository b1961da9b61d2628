import Foundation
import Synchronization

/// Wakes the thread that waits for a message, and the host's event loop.
final class Arrivals: Sendable {
    private enum State { case empty, awaited, filled }

    private let state = Mutex(State.empty)
    /// Raised once for each time that a thread was found waiting.
    private let raised = DispatchSemaphore(value: 0)
    /// Held while a wake runs, so that whoever takes it away knows that it has ended.
    private let wake = Mutex(WakeState())

    private struct WakeState {
        var wake: Wake?
        var isEnded = false
    }

    /// Notes that something can be received. On any thread.
    func note() {
        if exchange(.filled) == .awaited { raised.signal() }
        callWake()
    }

    /// To be called before looking for a message: what comes from then on keeps ``wait(until:)`` from waiting.
    func beginReceiving() { _ = exchange(.empty) }

    /// A message was taken, and nobody has looked whether it was the last.
    func mayHaveMore() { _ = exchange(.filled) }

    /// Waits for what comes after ``beginReceiving()``.
    ///
    /// - Returns: Whether something came before the deadline.
    func wait(until deadline: DispatchTime) -> Bool {
        let isWaiting = state.withLock { state in
            guard state == .empty else { return false }
            state = .awaited
            return true
        }
        guard isWaiting, raised.wait(timeout: deadline) == .timedOut else { return true }
        let isEmpty = exchange(.empty) == .awaited
        // Raised just when the time was up: what was raised is taken, or it would end a later waiting.
        if !isEmpty { raised.wait() }
        return !isEmpty
    }

    /// Sets what wakes the host's loop. Returns once the earlier one does not run, and will not run again.
    ///
    /// Where messages are there already it is called too: whoever sets it need not look first.
    func setWake(_ newWake: Wake?) {
        wake.withLock { if !$0.isEnded { $0.wake = newWake } }
        guard newWake != nil, state.withLock({ $0 == .filled }) else { return }
        Task.detached { self.callWake() }
    }

    /// Takes the wake away for good: who sets one while the wallet is closed may free its context right after that.
    func endWaking() { wake.withLock { $0 = WakeState(wake: nil, isEnded: true) } }

    private func callWake() { wake.withLock { $0.wake?() } }

    private func exchange(_ new: State) -> State {
        state.withLock { state in
            defer { state = new }
            return state
        }
    }
}

/// A host's function that signals its event loop. It must not call the library.
///
/// Safe, and unchecked: by fex.h the host lets the function be called with its context on any thread, until it is taken away.
@safe struct Wake: @unchecked Sendable {
    private let function: @convention(c) (UnsafeMutableRawPointer?) -> Void
    private let context: UnsafeMutableRawPointer?

    @unsafe init(
        _ function: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Void, _ context: UnsafeMutableRawPointer?
    ) {
        unsafe (self.function, self.context) = (function, context)
    }

    func callAsFunction() { unsafe function(context) }
}
