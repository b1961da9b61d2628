import FexValues
import GRDB

/// A customer's wallet with its person.
struct Wallet: Hashable, Sendable {
    var id: String
    var userID: String
    var username: String
    var password: String
    var currency: Currency
    /// Grows by one with each change of the balance.
    var version: Int64
    var natsUser: String
    var natsPassword: String
    var updatedAt: Timestamp
    /// What the ledger says it holds.
    var balance: Money

    /// What its QR code says; at present the same as its id.
    var scanToken: String { id }

    /// The wallet as its owner sees it.
    var document: JSON {
        [
            "wallet_id": .string(id), "user_id": .string(userID), "scan_token": .string(scanToken),
            "currency": .string(currency.code), "balance": .string(balance.decimalString),
            "version": .integer(version), "updated_at": .string(updatedAt.rfc3339),
        ]
    }

    /// The wallet with everything that its person and their client need.
    var credentials: JSON {
        [
            "wallet_id": .string(id), "user_id": .string(userID), "username": .string(username),
            "password": .string(password), "scan_token": .string(scanToken), "currency": .string(currency.code),
            "balance": .string(balance.decimalString), "nats_user": .string(natsUser),
            "nats_password": .string(natsPassword),
        ]
    }
}

extension StoreTransaction {
    /// Opens a wallet, with a balance from the treasury.
    func createWallet(username: String, opening: Money) throws -> Wallet {
        let wallet = Wallet(
            id: entropy.uuid(), userID: entropy.uuid(), username: username, password: entropy.secret(byteCount: 12),
            currency: opening.currency, version: 1, natsUser: "wallet-\(username)", natsPassword: entropy.secret(),
            updatedAt: now, balance: opening)
        try run(
            """
            INSERT INTO wallets (id, user_id, username, password, currency, version, nats_user, nats_password,
              created_at, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                wallet.id, wallet.userID, username, wallet.password, opening.currency.code, wallet.version,
                wallet.natsUser, wallet.natsPassword, now.milliseconds, now.milliseconds,
            ])
        if opening.minorUnits > 0 { try postFunding(of: opening, to: wallet.id) }
        return wallet
    }

    /// The wallet with an id.
    func wallet(_ id: String) throws -> Wallet? {
        try row("SELECT * FROM wallets WHERE id = ?", [id]).map(wallet)
    }

    /// The wallet of the person with a name.
    func wallet(username: String) throws -> Wallet? {
        try row("SELECT * FROM wallets WHERE username = ?", [username]).map(wallet)
    }

    /// All wallets, in the order in which they were opened.
    func wallets() throws -> [Wallet] {
        try rows("SELECT * FROM wallets ORDER BY position").map(wallet)
    }

    /// Counts a change of a wallet's balance, and enqueues the event that tells of it.
    func touchBalance(walletID: String) throws {
        try run(
            "UPDATE wallets SET version = version + 1, updated_at = ? WHERE id = ?", [now.milliseconds, walletID])
        guard let wallet = try wallet(walletID) else { return }
        try enqueue(.balanceUpdated, walletID: walletID) { eventID in
            [
                "event": .string(PlatformEvent.balanceUpdated.rawValue), "event_id": .string(eventID),
                "wallet_id": .string(wallet.id), "balance": .string(wallet.balance.decimalString),
                "currency": .string(wallet.currency.code), "version": .integer(wallet.version),
                "updated_at": .string(wallet.updatedAt.rfc3339),
            ]
        }
    }

    private func wallet(_ row: Row) throws -> Wallet {
        let id: String = row["id"]
        let currency = try Currency(row["currency"])
        return Wallet(
            id: id, userID: row["user_id"], username: row["username"], password: row["password"], currency: currency,
            version: row["version"], natsUser: row["nats_user"], natsPassword: row["nats_password"],
            updatedAt: Timestamp(milliseconds: row["updated_at"]),
            balance: try Money(minorUnits: balance(accountID: id), currency: currency))
    }
}

extension StoreTransaction {
    /// Closes a wallet: its person can't log in, decide or be asked any more, and nothing can be refunded
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
