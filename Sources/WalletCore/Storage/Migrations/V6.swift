import GRDB

extension WalletStore {
    /// A quick way to everything that was said to a request, also to what came to nothing.
    static func migrateV6(_ db: Database) throws {
        try db.execute(sql: "CREATE INDEX decision_of_intent ON decision (intent_id);")
    }
}
