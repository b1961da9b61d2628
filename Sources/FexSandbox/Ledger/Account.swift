import FexValues
import GRDB

/// Whose money an account holds, in one currency.
///
/// A wallet's account has the wallet's id. A merchant's account in the platform's default currency has the merchant's
/// id, others and the treasury's have the currency's code behind a dot.
enum Account: Hashable, Sendable {
    /// Where money comes from that the platform puts into wallets; its balance is never above zero.
    case treasury(Currency)
    /// A merchant's.
    case merchant(String, Currency)
    /// A customer's.
    case wallet(String, Currency)

    /// The account's id.
    var id: String {
        switch self {
        case .treasury(let currency): "treasury.\(currency)"
        case .merchant(let id, let currency): currency.code == "USD" ? id : "\(id).\(currency)"
        case .wallet(let id, _): id
        }
    }

    private var kind: String {
        switch self {
        case .treasury: "treasury"
        case .merchant: "merchant"
        case .wallet: "wallet"
        }
    }

    private var currency: Currency {
        switch self {
        case .treasury(let currency), .merchant(_, let currency), .wallet(_, let currency): currency
        }
    }

    /// Opens the account, unless it is open.
    func open(in transaction: StoreTransaction) throws {
        var (merchantID, walletID): (String?, String?) = (nil, nil)
        switch self {
        case .treasury: break
        case .merchant(let id, _): merchantID = id
        case .wallet(let id, _): walletID = id
        }
        try transaction.run(
            """
            INSERT INTO accounts (id, kind, merchant_id, wallet_id, currency) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            """,
            [id, kind, merchantID, walletID, currency.code])
    }
}
