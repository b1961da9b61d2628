import Synchronization

/// What happens to the next calls of a kind; the rest are served.
///
/// ```swift
/// preview.fates.plan("/pay", .lostAfter)  // the platform pays, and its answer never arrives
/// ```
public final class PlannedFates: Sendable {
    private let planned = Mutex<[(part: String, fates: [ModelPlatform.Fate])]>([])

    /// No plan: every call is served.
    public init() {}

    /// Plans what happens, in turn, to calls whose path ends so.
    public func plan(_ part: String, _ fates: ModelPlatform.Fate...) {
        planned.withLock { $0.append((part, fates)) }
    }

    /// How much of what was planned has yet to happen.
    public var left: Int { planned.withLock { $0.reduce(0) { $0 + $1.fates.count } } }

    /// Forgets all plans.
    public func clear() { planned.withLock { $0 = [] } }

    /// What happens to a call that has come; a plan is used up by it.
    public func next(for call: ModelPlatform.Call) -> ModelPlatform.Fate {
        planned.withLock { planned in
            guard let index = planned.firstIndex(where: { call.path.hasSuffix($0.part) && !$0.fates.isEmpty }) else {
                return .served
            }
            return planned[index].fates.removeFirst()
        }
    }
}
