/// What a customer may decide.
enum DecisionKind: String, Hashable, Sendable, CaseIterable {
    /// To pay an intent whose code was scanned.
    case pay
    /// To agree to an intent that is aimed at the wallet.
    case approve
    /// To refuse an intent that is aimed at the wallet.
    case decline

    /// What it does to an intent.
    var event: IntentStatus.Event {
        switch self {
        case .pay: .pay
        case .approve: .approve
        case .decline: .decline
        }
    }

    /// Whether money moves.
    var movesMoney: Bool { self != .decline }
}
