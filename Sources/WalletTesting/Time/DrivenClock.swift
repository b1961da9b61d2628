public import FexValues
import Foundation
import Synchronization
public import WalletCore

/// A clock that moves when a test moves it. Who sleeps wakes when the time has come, and never by itself.
public final class DrivenClock: WalletClock {
    private struct Sleeper {
        var wakesAt: Duration
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Timestamp
        var uptime: Duration = .zero
        var session = UUID()
        var sleepers: [Int: Sleeper] = [:]
        var nextSleeper = 0
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    /// A clock that stands at a moment.
    public init(_ now: Timestamp) { state = Mutex(State(now: now)) }

    /// What the clock believes the time to be.
    public func now() -> Timestamp { state.withLock { $0.now } }

    /// How many tasks sleep at the moment.
    public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// Time since the clock was made, or the device started.
    public func uptime() -> Duration { state.withLock { $0.uptime } }

    /// Names the start of the device.
    public var bootSession: String? { state.withLock { $0.session.uuidString } }

    /// Starts the device again: its uptime counts from zero. Nobody sleeps meanwhile.
    public func reboot() {
        state.withLock { state in
            precondition(state.sleepers.isEmpty, "nobody can sleep while the device is off")
            state.session = UUID()
            state.uptime = .zero
        }
    }

    /// Sets the clock, as a person or a network may; no time passes.
    public func set(_ now: Timestamp) { state.withLock { $0.now = now } }

    /// Lets time pass, and resumes every sleeper whose time has come.
    public func advance(by duration: Duration) {
        precondition(duration >= .zero, "time does not go back")
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            state.uptime += duration
            let now = state.uptime
            let due = state.sleepers.filter { $0.value.wakesAt <= now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }

    /// Sleeps until the clock has been advanced so far; returns at once for zero and less.
    public func sleep(for duration: Duration) async throws {
        guard duration > .zero else { return try Task.checkCancellation() }
        let id = state.withLock { state in
            state.nextSleeper += 1
            return state.nextSleeper
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = state.withLock { state in
                    guard state.cancelled.remove(id) == nil else { return true }
                    state.sleepers[id] = Sleeper(
                        wakesAt: state.uptime + duration, continuation: continuation)
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                if state.sleepers[id] == nil { state.cancelled.insert(id) }
                return state.sleepers.removeValue(forKey: id)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
