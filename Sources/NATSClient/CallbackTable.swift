import Synchronization

/// What the callbacks of libnats lead to.
///
/// A C closure pointer here is a number, not an address: libnats may still call back after it said "closed" (a reply
/// with two errors in one read does that), and after a first connect that failed. A number that is no longer in the
/// table leads nowhere; an address would lead to freed memory.
final class CallbackTable<Target: Sendable>: Sendable {
    private struct State {
        var lastToken: UInt = 0
        var targets: [UInt: Target] = [:]
    }

    private let state = Mutex(State())

    /// Enters a target, and holds it until its token is removed.
    func insert(_ target: Target) -> CallbackToken {
        state.withLock { state in
            state.lastToken += 1
            state.targets[state.lastToken] = target
            return CallbackToken(number: state.lastToken)
        }
    }

    /// The target that a C closure pointer stands for, if it is still there.
    func target(of closure: UnsafeMutableRawPointer?) -> Target? {
        let number = UInt(bitPattern: closure)
        return state.withLock { $0.targets[number] }
    }

    /// Lets go of a target. Callbacks under way may finish after this returns.
    func remove(_ token: CallbackToken) {
        // The target is returned, so that it goes outside the lock: its deinit may come back here.
        _ = state.withLock { $0.targets.removeValue(forKey: token.number) }
    }
}

/// The number that stands for a target in C.
struct CallbackToken: Hashable, Sendable {
    fileprivate let number: UInt

    /// The number as a pointer value, which is never dereferenced.
    var closure: UnsafeMutableRawPointer? { unsafe UnsafeMutableRawPointer(bitPattern: number) }
}
