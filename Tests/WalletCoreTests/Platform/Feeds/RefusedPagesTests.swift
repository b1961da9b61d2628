import FexValues
import Testing
import WalletTesting

@testable import WalletCore

/// Pages and rows of the ledger that no platform can have sent in good faith.
@Suite struct RefusedPagesTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    /// What is wrong with a page, and what is said of it.
    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var says: String
        var alter: @Sendable (JSON) -> JSON

        static func page(_ name: String, says: String, _ key: String, _ value: JSON) -> Fault {
            Fault(testDescription: name, says: says) { $0.setting(key, value) }
        }

        static func row(_ name: String, says: String, _ key: String, _ value: JSON) -> Fault {
            Fault(testDescription: name, says: says) { page in
                var rows = page["transactions"]?.arrayValue ?? []
                rows[0] = rows[0].setting(key, value)
                return page.setting("transactions", .array(rows))
            }
        }
    }

    static let rowFaults: [Fault] = [
        .row("another wallet's row", says: "another wallet's", "from_account_id", "wal_2"),
        .row("an amount below the minor unit", says: "amount", "amount", "1.005"),
        .row("an amount that is none", says: "abc", "amount", "abc"),
        .row("an amount that no number holds", says: "amount", "amount", "99999999999999999999999"),
        .row("an amount that nobody can have moved", says: "more than a wallet", "amount", "99999999999999.00"),
        .row("a truth value for an amount", says: "amount", "amount", true),
        .row("a currency that there isn't", says: "the currency \"XYZ\" is unknown: 1.00 XYZ", "currency", "XYZ"),
        .row("an id that is none", says: "transaction_id", "transaction_id", "a b"),
        .row("a number for a type", says: "transaction_type", "transaction_type", 7),
        .row("a time before there was one", says: "created_at", "created_at", "1969-12-31T23:59:59Z"),
        .row("a time far ahead", says: "created_at", "created_at", "2300-01-01T00:00:00Z"),
        .row("a time that is none", says: "created_at", "created_at", "2026-02-30T00:00:00Z"),
        .row("another amount than before", says: "never changes", "amount", "9.99"),
        .row("another time than before", says: "never changes", "created_at", "2026-01-01T11:00:00Z"),
        .row("a number outside of the page", says: "seq", "seq", 99),
        .row("no number", says: "seq", "seq", .null),
        Fault(testDescription: "an element that is no transaction", says: "object") { page in
            let rows = page["transactions"]?.arrayValue ?? []
            return page.setting("transactions", .array(["tx_1"] + rows.dropFirst()))
        },
    ]

    static let pageFaults: [Fault] = [
        .page("no cursor", says: "next", "next", .null),
        .page("a list that is none", says: "transactions", "transactions", "none"),
        Fault(testDescription: "pages without an end", says: "do not go on") {
            $0.setting("transactions", .array([])).setting("has_more", true).setting("next", 50)
        },
    ]

    private func pay(_ wallet: Wallet, _ numbers: ClosedRange<Int>) async throws {
        for number in numbers {
            let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_\(number)", amount: "\(number).00"))
            _ = try await wallet.decisions.decide(.pay, on: intent.terms)
            test.clock.advance(by: .seconds(1))
        }
    }

    @Test(arguments: rowFaults)
    func `a row that can't be true is kept aside and named, holds up no other, and is taken in once it is`(
        _ fault: Fault
    ) async throws {
        let wallet = try await test.openLoggedIn()
        try await pay(wallet, 1...2)
        let before = try await wallet.ledger.loadHistory()
        // The first of these calls asks for the newest page of the published list, which can't be had.
        test.fate.plan("/transactions", .altered { _ in .null }, .altered(fault.alter))
        let report = try await wallet.sync.once()
        #expect(report.transactions == 1)
        #expect(report.quarantined.count == 1 && report.quarantined[0].feed == .transactions)
        let row = try #require(report.quarantined.first)
        #expect(row.why.contains(fault.says) && PlainText.isClean(row.why), "\(row.why)")
        #expect(row.document?.isEmpty == false)
        #expect(try await wallet.sync.loadQuarantine() == report.quarantined)
        let meanwhile = try await wallet.ledger.loadHistory().entries
        #expect(meanwhile.map(\.id) == before.entries.map(\.id))
        #expect(meanwhile.map(\.amount) == before.entries.map(\.amount))
        #expect(try await wallet.ledger.loadLastSync() != nil)

        #expect(try await wallet.sync.once().quarantined.isEmpty)
        let after = try await wallet.ledger.loadHistory().entries
        #expect(after.map(\.id) == before.entries.map(\.id) && after.map(\.amount) == before.entries.map(\.amount))
    }

    @Test func `one id with two contents is named, and the first of them counts`() async throws {
        let wallet = try await test.openLoggedIn()
        try await pay(wallet, 1...2)
        let fault: @Sendable (JSON) -> JSON = { page in
            let rows = page["transactions"]?.arrayValue ?? []
            return page.setting("transactions", .array(rows + [rows[0].setting("description", "Something else")]))
        }
        test.fate.plan("/transactions", .served, .altered(fault))
        let report = try await wallet.sync.once()
        #expect(report.transactions == 2)
        #expect(report.quarantined.map(\.id) == ["tx_1"])
        #expect(report.quarantined.first?.why.contains("stands twice") == true)
        #expect(try await wallet.ledger.loadHistory().entries.last?.summary == "Two coffees")
    }

    @Test(arguments: pageFaults)
    func `a page that can't be true changes nothing, is named, and the next sync goes on`(_ fault: Fault) async throws {
        let wallet = try await test.openLoggedIn()
        try await pay(wallet, 1...2)
        let before = try await wallet.ledger.loadHistory()
        test.fate.plan("/transactions", .served, .altered(fault.alter))
        let error = await #expect(throws: SyncError.self) { try await wallet.sync.once() }
        #expect(error?.failures.map(\.step) == [.transactions])
        #expect(error?.description.contains(fault.says) == true, "\(error?.description ?? "-")")
        #expect(error?.retry == .later && error?.money == .notMoved)
        #expect(try await wallet.ledger.loadHistory() == before)
        #expect(try await wallet.ledger.loadLastSync() == nil)

        #expect(try await wallet.sync.once().transactions == 2)
        let after = try await wallet.ledger.loadHistory().entries
        #expect(after.map(\.id) == before.entries.map(\.id) && after.map(\.amount) == before.entries.map(\.amount))
    }
}

extension JSON {
    /// The object with another value for a name.
    func setting(_ name: String, _ value: JSON) -> JSON {
        guard var object = objectValue else { return self }
        object[name] = value
        return .object(object)
    }
}
