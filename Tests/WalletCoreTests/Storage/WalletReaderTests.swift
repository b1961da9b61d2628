import FexValues
import Foundation
import GRDB
import Testing
import WalletTesting

@testable import WalletCore

/// Who only reads needs no more than that the database can be read.
@Suite struct WalletReaderTests {
    private func balance(_ wallet: TestWallet, _ file: URL? = nil) async throws -> Money? {
        try await WalletReader.read(
            database: file ?? wallet.configuration.database, secrets: wallet.secrets, clock: wallet.clock
        ) { try await $0.ledger.loadAccount()?.balance }
    }

    @Test func `it reads what another has written and not yet moved into the file`() async throws {
        let test = try TestWallet()
        let wallet = try await test.openLoggedIn()
        let known = try await wallet.ledger.loadAccount()?.balance
        #expect(known != nil)
        #expect(try await balance(test) == known)
    }

    @Test func `where there is no database there is nothing to be read, and nothing is made`() async throws {
        let test = try TestWallet()
        #expect(try await balance(test) == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: test.directory.path).isEmpty)
    }

    @Test func `it writes nothing into the database`() async throws {
        let test = try TestWallet()
        _ = try await test.openLoggedIn()
        let before = try Data(contentsOf: test.configuration.database)
        _ = try await balance(test)
        #expect(try Data(contentsOf: test.configuration.database) == before)
    }

    @Test func `a database of a newer version is looked at by nobody`() async throws {
        let test = try TestWallet()
        _ = try await test.openLoggedIn()
        try await DatabaseQueue(path: test.configuration.database.path).write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('v99')")
        }
        let before = try Data(contentsOf: test.configuration.database)
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: test.directory.path))
        for open in [{ _ = try await balance(test) }, { _ = try await test.open() }] {
            let error = await #expect(throws: StorageError.self) { try await open() }
            #expect(error?.cause == .newerVersion && error?.retry == .never)
        }
        #expect(try Data(contentsOf: test.configuration.database) == before)
        #expect(Set(try FileManager.default.contentsOfDirectory(atPath: test.directory.path)) == names)
    }

    @Test func `what a newer version did while it was open is no damage`() async throws {
        let test = try TestWallet()
        let wallet = try await test.openLoggedIn()
        try await DatabaseQueue(path: test.configuration.database.path).writeWithoutTransaction { db in
            try db.execute(
                sql: "INSERT INTO grdb_migrations VALUES ('v99'); ALTER TABLE outbox RENAME COLUMN attempts TO tries")
        }
        let error = await #expect(throws: StorageError.self) { try await wallet.decisions.loadOutbox() }
        #expect(error?.cause == .newerVersion)
        #expect(!DamageMark(ofDatabase: test.configuration.database.path).isThere)
    }

    @Test func `damage that is met is mended, and the body run once more`() async throws {
        let test = try TestWallet()
        _ = try await test.openLoggedIn()
        try await DatabaseQueue(path: test.configuration.database.path).writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    PRAGMA ignore_check_constraints = ON; PRAGMA writable_schema = ON;
                    UPDATE sqlite_master SET sql = replace(sql, 'balance INTEGER NOT NULL', 'balance ANY')
                        WHERE name = 'account';
                    PRAGMA writable_schema = RESET;
                    UPDATE account SET balance = 'much';
                    PRAGMA writable_schema = ON;
                    UPDATE sqlite_master SET sql = replace(sql, 'balance ANY', 'balance INTEGER NOT NULL')
                        WHERE name = 'account';
                    PRAGMA writable_schema = RESET;
                    """)
        }
        var runs = 0
        let recovery = try await WalletReader.read(
            database: test.configuration.database, secrets: test.secrets, clock: test.clock
        ) { reader in
            runs += 1
            _ = try await reader.ledger.loadAccount()
            return reader.recovery
        }
        #expect(runs == 2)
        #expect(recovery?.hasAccount == false)
        let wallet = try await test.open()
        try await wallet.sync.once()
        #expect(try await wallet.ledger.loadAccount() != nil)
    }

    @Test(arguments: ["state", "reason", "may_have_left", "settled_at", "decided_at"])
    func `a decision with a value that can't be is kept, and its outcome asked`(column: String) async throws {
        let wallet = try await DamagedWallet()
        try wallet.write()
        try await DatabaseQueue(path: wallet.path).writeWithoutTransaction { db in
            let triggers = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger["name"] as String)") }
            let sql = try String.fetchOne(db, sql: "SELECT sql FROM sqlite_master WHERE name = 'decision'")!
            let bare = sql.replacing(" STRICT", with: "").replacing("\(column) TEXT NOT NULL", with: column)
                .replacing("\(column) INTEGER NOT NULL", with: column)
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON; PRAGMA writable_schema = ON")
            try db.execute(sql: "UPDATE sqlite_master SET sql = ? WHERE name = 'decision'", arguments: [bare])
            try db.execute(sql: "PRAGMA writable_schema = RESET")
            try db.execute(sql: "UPDATE decision SET \(column) = CAST(x'FF' AS TEXT)")
            try db.execute(sql: "PRAGMA writable_schema = ON")
            try db.execute(sql: "UPDATE sqlite_master SET sql = ? WHERE name = 'decision'", arguments: [sql])
            try db.execute(sql: "PRAGMA writable_schema = RESET")
            for trigger in triggers { try db.execute(sql: trigger["sql"]) }
        }
        let mended = try await wallet.expectMended("\(column)")
        #expect(mended.count == 1 && mended[0].decisions == wallet.decisions.count && mended[0].lostDecisions == 0)
    }
}
