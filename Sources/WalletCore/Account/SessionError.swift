public import FexValues

/// Why there is no session to act in.
public enum SessionError: WalletError, Hashable, Sendable {
    /// Nobody is logged in.
    case notLoggedIn
    /// The identity provider no longer accepts this session.
    case ended
    /// The identity provider refused the name or the password; its sentence, made safe.
    case refused(String)
    /// Nobody allowed the login in time.
    case loginExpired
    /// The person denied the login.
    case loginDenied
    /// Somebody logged out while the login was under way, so nobody is logged in.
    case loggedOutMeanwhile
    /// Another customer's wallet lives in this database.
    case otherWallet(here: WalletID)
    /// The key that signs this device's decisions is gone, or is another than was registered. The next login makes one.
    case deviceKeyLost

    /// A stable name for programs, in snake case.
    public var code: String {
        switch self {
        case .notLoggedIn: "not_logged_in"
        case .ended: "session_ended"
        case .refused: "login_refused"
        case .loginExpired: "login_expired"
        case .loginDenied: "login_denied"
        case .loggedOutMeanwhile: "logged_out_meanwhile"
        case .otherWallet: "other_wallet"
        case .deviceKeyLost: "device_key_lost"
        }
    }

    /// Whether trying again can help.
    public var retry: RetryAdvice { .never }
    /// Whether money may have moved.
    public var money: MoneyEffect { .notMoved }

    /// A sentence or a name for people, fit to be shown.
    public var description: String {
        switch self {
        case .notLoggedIn: "nobody is logged in: log in first"
        case .ended: "the session has ended: log in again"
        case .refused(let sentence): "the login was refused: \(sentence)"
        case .loginExpired: "the login was not allowed in time: log in again"
        case .loginDenied: "the login was denied"
        case .loggedOutMeanwhile: "somebody logged out while this login was under way: nobody is logged in"
        case .otherWallet(let wallet):
            "this profile belongs to wallet \(wallet): each customer needs a profile of their own"
        case .deviceKeyLost: "the device's key is gone: log in again"
        }
    }
}
