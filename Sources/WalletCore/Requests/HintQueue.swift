import FexValues
import Synchronization

/// Hints that are yet to be followed: several at a time, those of one intent one after the other in the order they came.
final class HintQueue: Sendable {
    /// How many are followed at a time: one whose answer takes long holds up no other.
    static let width = 4
    /// How many may wait. More are let go: one look at the feed tells the same.
    static let limit = 50

    private struct State {
        var waiting: [ApprovalHint] = []
        var underWay: Set<IntentID> = []

        mutating func takeNext() -> ApprovalHint? {
            guard underWay.count < HintQueue.width,
                let index = waiting.firstIndex(where: { !underWay.contains($0.intent) })
            else { return nil }
            underWay.insert(waiting[index].intent)
            return waiting.remove(at: index)
        }
    }

    private let state = Mutex(State())
    private let turns: AsyncStream<ApprovalHint>.Continuation

    /// Each hint when its turn has come, for one reader, who says when it is done with each.
    let ready: AsyncStream<ApprovalHint>

    init() { (ready, turns) = AsyncStream.makeStream() }

    /// Takes a hint in; one that waits already waits once.
    ///
    /// - Returns: Whether it will have its turn. If not, none of those that wait will.
    func add(_ hint: ApprovalHint) -> Bool {
        state.withLock { state in
            if !state.waiting.contains(hint) { state.waiting.append(hint) }
            if let next = state.takeNext() { turns.yield(next) }
            guard state.waiting.count > HintQueue.limit else { return true }
            state.waiting = []
            return false
        }
    }

    /// A hint has been followed.
    func finish(_ hint: ApprovalHint) {
        state.withLock { state in
            state.underWay.remove(hint.intent)
            if let next = state.takeNext() { turns.yield(next) }
        }
    }

    /// Nothing has its turn any more.
    func end() { turns.finish() }
}
