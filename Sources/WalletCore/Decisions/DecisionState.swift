/// Where a decision stands.
public enum DecisionState: String, Hashable, Sendable, CaseIterable {
    /// Written down; nothing was sent.
    case recorded
    /// On its way: a byte may have left.
    case sending
    /// Nothing reached the platform; another attempt follows.
    case waiting
    /// It may have reached the platform, which has not said so yet.
    case unknown
    /// It took effect.
    case confirmed
    /// The platform refused it, or something else was decided first. It had no effect.
    case refused
    /// Its time ran out before it could take effect. It had no effect.
    case lapsed
    /// The customer took it back before anything was sent.
    case cancelled

    /// Whether nothing about it will change any more.
    public var isSettled: Bool {
        switch self {
        case .confirmed, .refused, .lapsed, .cancelled: true
        case .recorded, .sending, .waiting, .unknown: false
        }
    }
}
