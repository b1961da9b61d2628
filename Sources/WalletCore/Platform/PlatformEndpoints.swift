public import FexHTTP
import FexValues
public import Foundation

/// Where a deployment of the platform is, and how its paths and subjects are called.
///
/// The wallet's side of the platform is not published; a deployment that names things differently is another value of
/// this type, and no other change.
public struct PlatformEndpoints: Hashable, Sendable {
    /// The address under which the API is: `https://api.example.com`.
    public var api: HTTPAddress
    /// The address under which the identity provider is: `https://auth.example.com`.
    public var auth: HTTPAddress
    /// The realm at the identity provider.
    public var realm = "payment-platform"
    /// The id of the public OAuth client that wallets are.
    public var clientID = "wallet"
    /// The prefix of the published calls.
    public var merchantPrefix = "/merchant/api/v1"
    /// The prefix of the wallet's calls.
    public var walletPrefix = "/wallet/api/v1"
    /// The subject on which a wallet's approval requests come; `{wallet}` stands for its id.
    public var approvalSubject = "wallets.{wallet}.payment.approval_requested"
    /// The subject on which a wallet's balance comes.
    public var balanceSubject = "wallets.{wallet}.wallet.balance.updated"
    /// The subject on which a wallet hears of a device that was added to it.
    public var deviceSubject = "wallets.{wallet}.wallet.device.added"
    /// The subject on which a wallet may publish what it hears itself, which proves that it hears.
    public var echoSubject = "wallets.{wallet}.echo"

    /// The endpoints of a deployment, under the names that the platform publishes.
    public init(api: HTTPAddress, auth: HTTPAddress) {
        self.api = api
        self.auth = auth
    }

    /// The endpoints of a deployment.
    ///
    /// - Throws: ``/FexHTTP/HTTPAddressError`` where one is not the address of an HTTP server.
    public init(api: URL, auth: URL) throws(HTTPAddressError) {
        self.init(api: try HTTPAddress(api), auth: try HTTPAddress(auth))
    }
}

extension PlatformEndpoints {
    /// The address of the realm, by which the identity provider names itself in what it issues.
    var issuer: HTTPAddress { auth.appending("/realms/\(realm)") }

    /// Where the identity provider describes itself.
    var discovery: HTTPAddress { issuer.appending("/.well-known/openid-configuration") }

    /// Whom tokens are for.
    var origins: TokenOrigins { TokenOrigins(auth: auth.origin.description, api: api.origin.description) }

    /// The public view of an intent; needs no token.
    func publicIntent(_ id: IntentID) -> HTTPAddress {
        api.appending("\(merchantPrefix)/public/payment-intents/\(id)")
    }

    /// One of the wallet's own calls.
    func wallet(_ path: String, query: [(String, String)] = []) -> HTTPAddress {
        api.appending(walletPrefix + path, query: query)
    }

    /// The subject on which one wallet hears itself.
    func echoSubject(of wallet: WalletID) -> String { echoSubject.replacing("{wallet}", with: wallet.rawValue) }

    /// The subjects that one wallet listens on, its echo aside.
    func subjects(of wallet: WalletID) -> [String] {
        [approvalSubject, balanceSubject, deviceSubject].map { $0.replacing("{wallet}", with: wallet.rawValue) }
    }
}
