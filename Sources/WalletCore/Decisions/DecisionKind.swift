/// What a customer can say.
public enum DecisionKind: String, Hashable, Sendable, CaseIterable {
    /// Yes to a scanned intent.
    case pay
    /// Yes to a till's request.
    case approve
    /// No to a till's request.
    case decline

    /// Whether a decision of this kind moves money once it takes effect.
    public var movesMoney: Bool { self != .decline }

    /// The status an intent has in which this can be said.
    public var requiredStatus: IntentStatus { self == .pay ? .pending : .pendingApproval }
}
