import GRDB

extension WalletStore {
    /// Why a decision was refused, as a code that programs read; `reason` keeps the sentence beside it.
    static func migrateV7(_ db: Database) throws {
        try db.execute(sql: "ALTER TABLE decision ADD COLUMN refusal_code TEXT;")
    }
}
