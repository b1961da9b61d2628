public import FexValues

/// Why there is no session to act in.
///
/// Errors are told apart by their ``code``, or by comparing with those that have nothing further to say:
/// `catch SessionError.notLoggedIn`.
public struct SessionError: WalletError, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case notLoggedIn
        case ended
        case refused(String)
        case loginExpired
        case loginDenied
        case loggedOutMeanwhile
        case otherWallet(here: WalletID)
        case otherOrigin(String)
        case otherLogin
        case deviceKeyLost
        case deviceRemoved
        case tokenKeyLost
    }

    package let reason: Reason

    private init(_ reason: Reason) { self.reason = reason }

    /// Nobody is logged in.
    public static let notLoggedIn = SessionError(.notLoggedIn)
    /// The identity provider no longer accepts this session.
    public static let ended = SessionError(.ended)
    /// The identity provider refused the name or the password, in a sentence of its own that has been made safe.
    public static func refused(_ sentence: String) -> SessionError { SessionError(.refused(sentence)) }
    /// Nobody allowed the login in time.
    public static let loginExpired = SessionError(.loginExpired)
    /// The person denied the login.
    public static let loginDenied = SessionError(.loginDenied)
    /// Somebody logged out while the login was under way, so nobody is logged in.
    public static let loggedOutMeanwhile = SessionError(.loggedOutMeanwhile)
    /// Another customer's wallet lives in this database.
    public static func otherWallet(here wallet: WalletID) -> SessionError { SessionError(.otherWallet(here: wallet)) }
    /// The tokens here were given for another address than that which was to see them; it has not seen them.
    public static func otherOrigin(_ origin: String) -> SessionError { SessionError(.otherOrigin(origin)) }
    /// A page led back with what is no answer to the login that was begun here last.
    public static let otherLogin = SessionError(.otherLogin)
    /// The key that signs this device's decisions is gone, or is another than was registered. The next login makes one.
    public static let deviceKeyLost = SessionError(.deviceKeyLost)
    /// The platform does not take what this device signs: it was revoked, or is not known. The next login registers it anew.
    public static let deviceRemoved = SessionError(.deviceRemoved)
    /// The key that the tokens are bound to is gone, so that they are good for nothing. The next login makes one.
    public static let tokenKeyLost = SessionError(.tokenKeyLost)

    /// The wallet that lives in this database, where it is another than the one that logged in.
    public var walletHere: WalletID? {
        if case .otherWallet(let wallet) = reason { wallet } else { nil }
    }

    /// A name for each of the errors above, in snake case: `not_logged_in`, `session_ended`.
    public var code: String {
        switch reason {
        case .notLoggedIn: "not_logged_in"
        case .ended: "session_ended"
        case .refused: "login_refused"
        case .loginExpired: "login_expired"
        case .loginDenied: "login_denied"
        case .loggedOutMeanwhile: "logged_out_meanwhile"
        case .otherWallet: "other_wallet"
        case .otherOrigin: "other_origin"
        case .otherLogin: "other_login"
        case .deviceKeyLost: "device_key_lost"
        case .deviceRemoved: "device_removed"
        case .tokenKeyLost: "token_key_lost"
        }
    }

    /// Never without a login.
    public var retry: RetryAdvice { .never }
    /// None has: no call went out without a session.
    public var money: MoneyEffect { .notMoved }

    /// Why nobody is logged in, in English, on one line.
    public var description: String {
        switch reason {
        case .notLoggedIn: "nobody is logged in: log in first"
        case .ended: "the session has ended: log in again"
        case .refused(let sentence): "the login was refused: \(sentence)"
        case .loginExpired: "the login was not allowed in time: log in again"
        case .loginDenied: "the login was denied"
        case .loggedOutMeanwhile: "somebody logged out while this login was under way: nobody is logged in"
        case .otherWallet(let wallet):
            "this profile belongs to wallet \(wallet): each customer needs a profile of their own"
        case .otherOrigin(let origin):
            "the login on this device is for another address than \(PlainText.clean(origin, limit: 200)), which needs a "
                + "login of its own"
        case .otherLogin: "that is no answer to the login that was begun here: begin again"
        case .deviceKeyLost: "the device's key is gone: log in again"
        case .deviceRemoved: "the platform takes no decision of this device any more: log in again"
        case .tokenKeyLost: "the key of this session is gone: log in again"
        }
    }
}
