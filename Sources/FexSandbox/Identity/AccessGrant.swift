/// What an access token is to be issued for.
struct AccessGrant: Hashable, Sendable {
    var subject: String
    var clientID: String
    /// `admin`, `merchant` or `user`.
    var role: String
    var username: String?
    var merchantID: String?
    var counterID: String?
    var walletID: String?
    /// The person's login that it follows from.
    var session: Session?

    /// The public client with which people's wallets log in.
    static let walletClientID = "wallet"

    /// A person's.
    init(_ wallet: Wallet, session: Session) {
        self.session = session
        subject = wallet.userID
        clientID = AccessGrant.walletClientID
        role = "user"
        username = wallet.username
        walletID = wallet.id
    }

    /// A machine's.
    init(clientID: String, role: String, merchantID: String?, counterID: String?) {
        subject = "service-account-\(clientID)"
        self.clientID = clientID
        self.role = role
        self.merchantID = merchantID
        self.counterID = counterID
    }
}
