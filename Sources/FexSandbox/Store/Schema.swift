import GRDB

/// The migrations in the order they were shipped. A shipped one is never edited.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("identity") { try $0.execute(sql: IdentityTables.sql) }
        migrator.registerMigration("intents") { try $0.execute(sql: IntentTables.sql) }
        migrator.registerMigration("ledger") { try $0.execute(sql: LedgerTables.sql) }
        migrator.registerMigration("decisions") { try $0.execute(sql: DecisionTables.sql) }
        migrator.registerMigration("events") { try $0.execute(sql: EventTables.sql) }
        migrator.registerMigration("authorization") { try $0.execute(sql: AuthorizationTables.sql) }
        migrator.registerMigration("refunds") { try $0.execute(sql: RefundTables.sql) }
        migrator.registerMigration("webhooks") { try $0.execute(sql: WebhookTables.sql) }
        migrator.registerMigration("decision refusals") { try $0.execute(sql: DecisionRefusalTables.sql) }
        migrator.registerMigration("refusal codes") { try $0.execute(sql: RefusalCodes.sql) }
        migrator.registerMigration("refresh token answers") { try $0.execute(sql: RefreshTokenAnswers.sql) }
        migrator.registerMigration("device key index") { try $0.execute(sql: DeviceKeyIndex.sql) }
        migrator.registerMigration("sessions") { try $0.execute(sql: SessionTables.sql) }
        return migrator
    }
}
