import FexValues
import Foundation
import GRDB
import Testing
import WalletTesting

@testable import WalletCore

/// A damaged database is set aside and made anew with what can be read; the rest comes from the platform.
@Suite(.timeLimit(.minutes(15))) struct DamageTests {
    /// How far apart the pages are that are damaged. `Scripts/check disk` damages all.
    private static let stride = ProcessInfo.processInfo.environment["EVERY_DISK_POINT"] == nil ? 11 : 1

    enum Damage: String, CaseIterable {
        case zeroed, inverted, cut
    }

    @Test(arguments: Damage.allCases)
    func `whichever page is damaged, what could be read of decisions stands, and one sync brings the rest`(
        damage: Damage
    ) async throws {
        var (page, mended, tried) = (1, 0, 0)
        while true {
            let wallet = try await DamagedWallet()
            guard page <= wallet.pageCount else { break }
            try wallet.write { file in
                let range = (page - 1) * 4096..<page * 4096
                switch damage {
                case .zeroed: file.replaceSubrange(range, with: Data(count: 4096))
                case .inverted: file.replaceSubrange(range, with: file[range].map { ~$0 })
                case .cut: file = file.prefix(range.lowerBound + 2048)
                }
            }
            let gone = damage == .cut ? Array(page...wallet.pageCount) : [page]
            let lost = gone.reduce(into: Set()) { $0.formUnion(wallet.decisions(inPage: $1)) }
            do {
                mended += try await wallet.expectMended(losing: lost, "\(damage.rawValue) page \(page)").isEmpty ? 0 : 1
            } catch {
                Issue.record("\(damage.rawValue) page \(page): \(error)")
            }
            tried += 1
            page += Self.stride
        }
        print("pages \(damage.rawValue): \(tried), mended: \(mended)")
        #expect(mended > 0)
    }

    @Test func `a file of garbage is made anew`() async throws {
        let wallet = try await DamagedWallet()
        try wallet.write { $0 = Data($0.indices.map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }) }
        let mended = try await wallet.expectMended(losing: Set(wallet.decisions), "garbage")
        #expect(mended.first?.decisions == 0)
        #expect(mended.first?.hasAllDecisions == false)
    }

    @Test func `a file whose header lets nobody write is made anew`() async throws {
        let wallet = try await DamagedWallet()
        try wallet.write { $0[18] = 7 }
        #expect(try await wallet.expectMended("format").first?.decisions == wallet.decisions.count)
    }

    /// SQLite believes of a header what it says of the pages' size, whatever else is wrong with it.
    @Test(arguments: [0x0200, 0x0400, 0x2000, 0x8000, 0x0001, 0x0000, 0x1234], [UInt8(ascii: "t"), 0xD6])
    func `a file whose header gives its pages another size is made anew`(size: Int, magic: UInt8) async throws {
        let wallet = try await DamagedWallet()
        try wallet.write { file in
            file[14] = magic
            file[16] = UInt8(size >> 8)
            file[17] = UInt8(size & 0xFF)
        }
        #expect(try await wallet.expectMended("page size \(size)").first?.decisions == wallet.decisions.count)
    }

    @Test(arguments: [1, 32, 255]) func `a file whose header reserves a part of each page is made anew`(
        reserved: UInt8
    ) async throws {
        let wallet = try await DamagedWallet()
        try wallet.write { $0[20] = reserved }
        #expect(try await wallet.expectMended("reserved \(reserved)").first?.decisions == wallet.decisions.count)
    }

    @Test func `an index that names the wrong row is mended once a write meets it`() async throws {
        let wallet = try await DamagedWallet()
        try wallet.write()
        let root = try await rootPage(of: "decision_that_stands", in: wallet)
        try wallet.write { file in
            let page = (root - 1) * 4096..<root * 4096
            file.replaceSubrange(file.range(of: Data("pi_pay1".utf8), in: page)!, with: Data("pi_pay2".utf8))
        }
        let opened = try await wallet.open()
        let id = try #require(wallet.decisions.first { $0.intent.rawValue == "pi_pay2" }?.id)
        let error = await #expect(throws: StorageError.self) { try await opened.decisions.retry(id) }
        #expect(error?.isDamage == true, "\(String(describing: error))")
        #expect(try await wallet.expectMended("wrong index").first?.hasAllDecisions == true)
    }

    @Test func `a decision that the schema refuses for the sake of another is said to be lost`() async throws {
        let wallet = try await DamagedWallet()
        try wallet.write()
        let root = try await rootPage(of: "decision", in: wallet)
        #expect(wallet.sound[(root - 1) * 4096] == 0x05, "the rows are in pages of their own")
        try wallet.write { file in
            // Both intents of one length: the one decision says that it is about the other.
            let key = wallet.decisions.first { $0.intent.rawValue == "pi_paid1" }!.id.rawValue
            let row = file.range(of: Data((key + "pi_paid1").utf8))!
            file[row.upperBound - 1] = UInt8(ascii: "2")
            file.replaceSubrange(0..<16, with: Data(count: 16))
        }
        let recovery = try #require(try await wallet.open().recovery)
        #expect(recovery.decisions == 12 && recovery.lostDecisions == 1 && !recovery.hasAllDecisions)
    }

    /// The decisions and the requests, each by its indexes.
    private static let indexes = [
        "sqlite_autoindex_decision_1", "sqlite_autoindex_decision_2", "decision_of_intent", "decision_that_stands",
        "sqlite_autoindex_outbox_1", "sqlite_autoindex_approval_1", "approval_by_revision", "approval_open",
        "approval_open_of_merchant",
    ]

    /// To SQLite such a database is sound until it is looked through from end to end.
    @Test(arguments: indexes)
    func `an index that lacks an entry lets no decision be lost, or made twice, and no request be hidden`(
        index: String
    ) async throws {
        let wallet = try await DamagedWallet()
        try wallet.write()
        let pages = IndexPages(root: try await rootPage(of: index, in: wallet))
        let entries = pages.entries(in: wallet.sound)
        #expect(!entries.isEmpty)
        for entry in entries {
            try? FileManager.default.removeItem(atPath: wallet.path + "-wal")
            try wallet.write { #expect(pages.remove(entry, from: &$0)) }
            let opened = try await wallet.open()
            for decided in wallet.decisions {
                let known = try await opened.intents.load(decided.intent)
                guard let terms = known?.terms else { continue }
                wallet.test.fate.plan("/\(decided.intent)/\(decided.kind.rawValue)", .unreachable)
                let result = try? await opened.decisions.decide(decided.kind, on: terms)
                wallet.test.fate.clear()
                #expect(result == nil || result?.decision.id == decided.id, "\(decided.intent)")
            }
            _ = try? await opened.sync.once()
            if index != "decision_that_stands" {
                #expect(DamageMark(ofDatabase: wallet.path).isThere, "nobody has noticed")
            }
            #expect(try await wallet.expectMended("\(index) lacks an entry").first?.hasAllDecisions == true)
        }
    }

    /// Each sync has the feed tell rows again that are known.
    @Test func `a payment that the index of ids lacks is not written down a second time`() async throws {
        let wallet = try await DamagedWallet()
        try wallet.write()
        let pages = IndexPages(root: try await rootPage(of: "sqlite_autoindex_ledger_transaction_1", in: wallet))
        let entries = pages.entries(in: wallet.sound)
        #expect(!entries.isEmpty)
        for entry in entries {
            try? FileManager.default.removeItem(atPath: wallet.path + "-wal")
            try wallet.write { #expect(pages.remove(entry, from: &$0)) }
            wallet.test.clock.advance(by: .seconds(10))
            await #expect(throws: (any Error).self) { try await wallet.open().sync.once() }
            #expect(DamageMark(ofDatabase: wallet.path).isThere, "nobody has noticed")
            let mended = try await wallet.open()
            try await mended.sync.once()
            let ids = try await mended.ledger.loadHistory().entries.map(\.id)
            #expect(Set(ids).count == ids.count && ids.count == wallet.test.platform.debits.count)
            try? FileManager.default.removeItem(atPath: wallet.path)
        }
    }

    @Test func `a payment that the ledger's index lacks is found before it is called unpaid`() async throws {
        let wallet = try await DamagedWallet()
        try wallet.write()
        let pages = IndexPages(root: try await rootPage(of: "ledger_transaction_of_intent", in: wallet))
        let paid = try #require(wallet.decisions.first { $0.intent.rawValue == "pi_paid1" })
        try await WalletStore(path: wallet.path).checkIndex(of: paid.intent)
        let damaged = DamagedWallet(wallet, at: wallet.path + "-2")
        try damaged.write { file in
            for entry in pages.entries(in: wallet.sound) { #expect(pages.remove(entry, from: &file)) }
        }
        let store = try WalletStore(path: damaged.path)
        await #expect(throws: StorageError.self) { try await store.checkIndex(of: paid.intent) }
        try await store.checkIndex(of: IntentID("pi_other")!)
        #expect(DamageMark(ofDatabase: damaged.path).isThere)
    }

    private func rootPage(of name: String, in wallet: DamagedWallet) async throws -> Int {
        try await WalletStore(path: wallet.path).read { db in
            try Int.fetchOne(db, sql: "SELECT rootpage FROM sqlite_master WHERE name = ?", arguments: [name])!
        }
    }

    @Test func `an empty file is a new wallet's, and learns again whose it is`() async throws {
        let wallet = try await DamagedWallet()
        try wallet.write { $0 = Data() }
        let opened = try await wallet.open()
        try await opened.sync.once()
        #expect(try await opened.ledger.loadAccount() != nil)
        #expect(try await opened.ledger.loadHistory(HistoryQuery(limit: 100)).entries.count == 6)
    }

    @Test func `a log of garbage is no harm`() async throws {
        let wallet = try await DamagedWallet()
        try wallet.write()
        try Data(repeating: 0x5A, count: 50_000).write(to: URL(filePath: wallet.path + "-wal"))
        try await wallet.expectMended("garbage log")
    }

    @Test func `a log that is gone takes with it what came since the last sync, and nothing else`() async throws {
        let wallet = try await DamagedWallet()
        try wallet.write()
        let opened = try await wallet.open()
        let late = try await opened.intents.fetch(wallet.test.platform.addIntent("pi_late"))
        wallet.test.fate.plan("/pay", .unreachable)
        _ = try await opened.decisions.decide(.pay, on: late.terms)
        // Without a checkpoint the file is what it was.
        try FileManager.default.copyItem(atPath: wallet.path, toPath: wallet.path + "-moved")
        let moved = DamagedWallet(wallet, at: wallet.path + "-moved")
        #expect(try await moved.expectMended("log gone").isEmpty)
    }

    @Test func `what is only in the log is kept when the file is emptied`() async throws {
        let wallet = try await DamagedWallet()
        let log = try await logOfEverything(wallet)
        try Data().write(to: URL(filePath: wallet.path))
        try log.write(to: URL(filePath: wallet.path + "-wal"))
        let mended = try await wallet.expectMended("emptied")
        #expect(mended.first?.decisions == wallet.decisions.count)
    }

    /// A log that has every page of the database.
    private func logOfEverything(_ wallet: DamagedWallet) async throws -> Data {
        let copy = wallet.test.directory.appending(path: "copy.sqlite")
        try wallet.sound.write(to: copy)
        let target = try DatabasePool(path: wallet.test.directory.appending(path: "log.sqlite").path)
        try await target.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0") }
        try DatabaseQueue(path: copy.path).backup(to: target)
        return try Data(contentsOf: URL(filePath: target.path + "-wal"))
    }

    @Test func `the damaged file is kept beside the new one, and what became of it is said once`() async throws {
        let wallet = try await DamagedWallet()
        try wallet.write { $0.replaceSubrange(0..<4096, with: Data(count: 4096)) }
        let damaged = try Data(contentsOf: URL(filePath: wallet.path))
        let log = LoggedLines()
        let opened = try await wallet.open(log: log)
        let recovery = try #require(opened.recovery)
        #expect(recovery.damagedCopy == wallet.path + ".damaged-20260101T120000Z")
        #expect(try Data(contentsOf: URL(filePath: recovery.damagedCopy)) == damaged)
        #expect(recovery.decisions == 13 && recovery.unsettled == 6 && recovery.hasAccount)
        #expect(log.kinds == ["database_mended"])
        #expect(try await wallet.open(log: log).recovery == nil)
        #expect(log.kinds.count == 1)
    }

    @Test func `of many damaged files the newest three are kept`() async throws {
        let wallet = try await DamagedWallet()
        for _ in 1...5 {
            try wallet.write { $0.replaceSubrange(0..<100, with: Data(count: 100)) }
            try? FileManager.default.removeItem(atPath: wallet.path + "-wal")
            try await wallet.open().sync.once()
            wallet.test.clock.advance(by: .seconds(5))
        }
        let kept = try FileManager.default.contentsOfDirectory(atPath: wallet.test.directory.path)
            .filter { $0.hasPrefix("damaged.sqlite.damaged-") && !$0.hasSuffix("-wal") }
        #expect(kept.count == 3)
        #expect(kept.contains("damaged.sqlite.damaged-20260101T120020Z"))
    }

    @Test func `who has the database open goes on with the mended one`() async throws {
        let wallet = try await DamagedWallet()
        try wallet.write()
        let other = try await wallet.open()
        #expect(try await other.decisions.loadOutbox().count == 6)
        try await WalletStore(path: wallet.path).maintain { try $0.checkpoint(.truncate) }
        let file = try FileHandle(forUpdating: URL(filePath: wallet.path))
        try file.write(contentsOf: Data(repeating: 0xFF, count: 8192))
        let opened = try await wallet.open()
        #expect(opened.recovery?.decisions == 13)
        #expect(try await other.decisions.loadOutbox().count == 6)
        try await other.sync.once()
        try await wallet.expectMended("beside another")
        try file.close()
    }

    @Test func `a database that names another wallet than the device's key does is put right by a sync`() async throws {
        let wallet = try await DamagedWallet()
        try wallet.write()
        let store = try WalletStore(path: wallet.path)
        try await store.write { try $0.execute(sql: "UPDATE account SET wallet_id = 'wal_damaged', version = 99") }
        let opened = try await wallet.open()
        try await opened.sync.once()
        #expect(try await opened.ledger.loadAccount()?.wallet == ModelPlatform.wallet)
        try await opened.sync.once()
    }

    @Test func `damage that is met at work is said, and mended by the next start`() async throws {
        let wallet = try await DamagedWallet()
        try wallet.write()
        let root = try await rootPage(of: "decision", in: wallet)
        let opened = try await wallet.open()
        let file = try FileHandle(forUpdating: URL(filePath: wallet.path))
        try file.seek(toOffset: UInt64((root - 1) * 4096))
        try file.write(contentsOf: Data(count: 4096))
        let error = await #expect(throws: StorageError.self) { try await opened.decisions.loadOutbox() }
        #expect(error?.description.contains("the next start mends it") == true)
        try await wallet.expectMended("root of decisions")
        try file.close()
    }
}
