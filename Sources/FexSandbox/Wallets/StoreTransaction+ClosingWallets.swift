import FexValues
import GRDB

extension StoreTransaction {
    /// Takes a wallet off the files: its person can't log in, decide or be asked any more, and nothing can be refunded
    /// to it. What it holds stays in the ledger, and a refund under way is still posted.
    ///
    /// - Throws: ``PlatformError`` 404 for an unknown wallet.
    func closeWallet(_ id: String) throws {
        try run("UPDATE wallets SET closed_at = COALESCE(closed_at, ?) WHERE id = ?", [now.milliseconds, id])
        guard db.changesCount > 0 else { throw PlatformError.notFound("there is no such wallet") }
        try run("UPDATE refresh_tokens SET state = 'revoked' WHERE wallet_id = ?", [id])
    }

    /// Whether there is a wallet with this id that was not closed.
    func isOnFile(walletID: String) throws -> Bool {
        try count("SELECT COUNT(*) FROM wallets WHERE id = ? AND closed_at IS NULL", [walletID]) > 0
    }
}
