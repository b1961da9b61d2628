/// Who makes a call, as the token says.
enum Principal: Hashable, Sendable {
    /// The platform itself; may act for any merchant.
    case admin
    /// A merchant, or one of its counters.
    case merchant(id: String, counterID: String?)
    /// A customer, by one of their logins.
    case wallet(id: String, sessionID: String)
}

extension Principal {
    /// The merchant that a token belongs to.
    var merchantID: String? {
        if case .merchant(let id, _) = self { id } else { nil }
    }

    /// The counter that a token belongs to.
    var counterID: String? {
        if case .merchant(_, let counterID) = self { counterID } else { nil }
    }

    /// Whether it may act for a merchant.
    func mayActFor(merchantID: String) -> Bool {
        switch self {
        case .admin: true
        case .merchant(let id, _): id == merchantID
        case .wallet: false
        }
    }
}
