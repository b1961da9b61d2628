public import FexValues
import Foundation
import Synchronization

/// The one clock of a sandbox: the machine's, or a virtual one that stands still until it is told to go on.
///
/// Either may be advanced. Nothing else in the sandbox asks what time it is.
public final class SandboxClock: Sendable {
    /// Where time comes from.
    public enum Mode: String, Hashable, Sendable, CaseIterable {
        /// The machine's clock, plus whatever the clock was advanced by.
        case real
        /// 2026-01-01T00:00:00Z, plus whatever the clock was advanced by.
        case virtual
    }

    /// When every virtual clock begins: 2026-01-01T00:00:00Z.
    public static let virtualEpoch = Timestamp(milliseconds: 1_767_225_600_000)

    private struct State {
        var advance: Int64
        var nextWaiter: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nudges: UInt64 = 0
    }

    /// Where time comes from.
    public let mode: Mode
    private let state: Mutex<State>

    /// A clock.
    ///
    /// - Parameters:
    ///   - mode: Where time comes from.
    ///   - advance: Milliseconds, 0 or more, by which it has been advanced before.
    public init(_ mode: Mode, advancedBy advance: Int64 = 0) {
        self.mode = mode
        state = Mutex(State(advance: advance))
    }

    /// The time now.
    public var now: Timestamp {
        let advance = state.withLock { $0.advance }
        switch mode {
        case .real: return Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000) + advance)
        case .virtual: return Timestamp(milliseconds: SandboxClock.virtualEpoch.milliseconds + advance)
        }
    }

    /// Moves the time forward.
    ///
    /// - Parameter milliseconds: How far, 0 or more.
    /// - Returns: By how many milliseconds the clock has now been advanced in all.
    @discardableResult
    public func advance(milliseconds: Int64) -> Int64 {
        let total = state.withLock { state in
            state.advance += max(0, milliseconds)
            return state.advance
        }
        nudge()
        return total
    }

    /// How often waits have been ended. Who reads it before looking for work, and then waits since it, misses none.
    public var nudges: UInt64 { state.withLock { $0.nudges } }

    /// Ends every wait, because what is waited for may have changed.
    public func nudge() {
        let waiters = state.withLock { state in
            defer { state.waiters = [:] }
            state.nudges += 1
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Returns when the time has come, or earlier: on an advance, a nudge, or the task's cancellation.
    ///
    /// - Parameters:
    ///   - moment: The time to wait for; `nil` waits for an advance or a nudge only.
    ///   - nudges: What ``nudges`` was before the caller looked; it returns at once if there has been one since.
    public func wait(until moment: Timestamp?, since nudges: UInt64) async {
        guard mode == .real, let moment else { return await waitForNudge(since: nudges) }
        let remaining = moment.milliseconds - now.milliseconds
        guard remaining > 0 else { return }
        await withTaskGroup { group in
            group.addTask { try? await Task.sleep(for: .milliseconds(remaining)) }
            group.addTask { await self.waitForNudge(since: nudges) }
            await group.next()
            group.cancelAll()
        }
    }

    private func waitForNudge(since nudges: UInt64) async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumesNow = state.withLock { state in
                    if state.nudges != nudges || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if resumesNow { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }
}
