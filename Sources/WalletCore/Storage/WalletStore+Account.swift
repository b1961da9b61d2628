import FexValues
import GRDB

extension WalletStore {
    /// Who this wallet is, and what it held when the platform last said; `nil` before the first login.
    func loadAccount() async throws -> Account? {
        try await readBriefly { try Account.load($0) }
    }

    /// Who this wallet is and what it holds, now and again whenever that has changed.
    func watchAccount() -> some AsyncSequence<Account?, any Error> & Sendable {
        watch { try Account.load($0) }
    }

    /// Takes over what the platform says, unless something newer is known.
    ///
    /// - Throws: ``SessionError/otherWallet(here:)`` if the database belongs to another wallet.
    func save(_ account: Account) async throws {
        try await write { db in
            if let known = try Account.load(db) {
                guard known.wallet == account.wallet else { throw SessionError.otherWallet(here: known.wallet) }
                guard account.version >= known.version else { return }
            }
            try account.write(db)
        }
    }

    /// Takes over whose wallet it is, where the database was found to say so wrongly.
    func save(_ account: Account, inPlaceOfDamaged known: Account) async throws {
        try await write { db in
            guard try Account.load(db)?.wallet == known.wallet else { return }
            try account.write(db)
        }
    }

    /// Takes over what a platform says that has gone back behind what is known, and has feeds read again from their
    /// beginnings, if they have been read.
    ///
    /// - Parameter known: What was known when the platform was asked; if that has changed since, nothing happens.
    func save(_ account: Account, inPlaceOf known: Account, restarting feeds: [FeedName]) async throws {
        try await write { db in
            guard try Account.load(db)?.version == known.version, account.wallet == known.wallet else { return }
            try account.write(db)
            for feed in feeds where try FeedCursor.load(db, in: feed) != nil { try FeedCursor.restart(db, feed) }
        }
    }

    /// The id under which the platform knows this device's key.
    func loadDevice() async throws -> DeviceID? {
        try await read { try DeviceID.load($0) }
    }

    /// Remembers the id under which the platform knows this device's key.
    func saveDevice(_ device: DeviceID) async throws {
        try await write { try $0.execute(sql: "UPDATE account SET device_id = ?", arguments: [device.rawValue]) }
    }
}

extension DeviceID {
    static func load(_ db: Database) throws -> DeviceID? {
        try db.row("SELECT device_id FROM account") { try $0.optionalID(0, "account.device_id") } ?? nil
    }
}

extension Account {
    fileprivate func write(_ db: Database) throws {
        try db.executeCached(
            sql: """
                INSERT INTO account (id, wallet_id, user_id, scan_token, balance, currency, version, as_of)
                VALUES (1, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET wallet_id = excluded.wallet_id, user_id = excluded.user_id,
                    scan_token = excluded.scan_token, balance = excluded.balance, currency = excluded.currency,
                    version = excluded.version, as_of = excluded.as_of
                """,
            arguments: [
                wallet.rawValue, user, scanToken.rawValue, balance.minorUnits, balance.currency.code, version,
                asOf.milliseconds,
            ])
    }

    static func load(_ db: Database) throws -> Account? {
        let sql = "SELECT wallet_id, user_id, scan_token, balance, currency, version, as_of FROM account"
        return try db.row(sql) { row in
            Account(
                wallet: try row.id(0, "account.wallet_id"), user: try row.text(1, "account.user_id"),
                scanToken: try row.id(2, "account.scan_token"),
                balance: try row.money(3, "account.balance", in: 4, "account.currency"),
                version: Int(try row.integer(5, "account.version")), asOf: try row.time(6, "account.as_of"))
        }
    }
}
