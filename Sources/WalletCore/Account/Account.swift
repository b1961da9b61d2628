public import FexValues

/// Who a wallet is, and what it holds, as the platform last said.
public struct Account: Hashable, Sendable {
    /// The wallet at the platform; one wallet lives in a database.
    public var wallet: WalletID
    /// The customer's id at the identity provider.
    public var user: String
    /// What the wallet's own code holds, for a till to scan.
    public var scanToken: ScanToken
    /// What the wallet held at ``asOf``, in its only currency.
    public var balance: Money
    /// Counts the changes of the balance: of two answers the one with the larger version is newer.
    public var version: Int
    /// When the platform said so, on its clock.
    public var asOf: Timestamp

    init(wallet: WalletID, user: String, scanToken: ScanToken, balance: Money, version: Int, asOf: Timestamp) {
        self.wallet = wallet
        self.user = user
        self.scanToken = scanToken
        self.balance = balance
        self.version = version
        self.asOf = asOf
    }

    init(document: JSON, asOf: Timestamp) throws(MalformedDocument) {
        let fields = try JSONFields(document, at: "wallet")
        wallet = try fields.id("wallet_id")
        user = try fields.optionalString("user_id") ?? ""
        scanToken = try fields.id("scan_token")
        balance = try fields.money("balance")
        version = try fields.value("version") == nil ? 0 : fields.integer("version")
        self.asOf = asOf
    }
}
