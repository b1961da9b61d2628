import FexValues
import Testing
import WalletDocuments

@testable import WalletCommands
@testable import WalletCore

/// What `sync` prints.
@Suite struct SyncOutcomeTests {
    private func report(_ quarantined: [QuarantinedRow] = []) throws -> SyncReport {
        SyncReport(
            approvals: 1, transactions: 350, balance: try Money(minorUnits: 99_900, currency: Currency("USD")),
            quarantined: quarantined)
    }

    private func row(_ feed: FeedName, _ sequence: Int?, _ id: String?) -> QuarantinedRow {
        let time = Timestamp(milliseconds: 0)
        return QuarantinedRow(
            feed: feed, sequence: sequence, id: id, why: "the currency \"XYZ\" is unknown: 35.50 XYZ", document: "{}",
            foundAt: time, nextAttemptAt: time, key: "", count: 1, attempts: 0)
    }

    @Test func `rows that can't be read are named one by one`() throws {
        let outcome = SyncOutcome(try report([row(.transactions, 5, "tx_5"), row(.approvals, nil, nil)]))
        let rows = try #require(outcome.outputDocument["quarantined"]?.arrayValue)
        #expect(rows.map { $0["feed"] } == ["transactions", "approvals"])
        #expect(rows.map { $0["seq"] } == [5, .null] && rows.map { $0["id"] } == ["tx_5", .null])
        #expect(rows[0]["why"]?.stringValue?.contains("35.50 XYZ") == true)
        #expect(outcome.sentences.count == 3)
        #expect(outcome.sentences[0] == "In step: news of 1 request and 350 transactions. Balance 999.00 USD.")
        #expect(outcome.sentences[1].contains("transaction tx_5") && outcome.sentences[1].contains("XYZ"))
    }

    @Test func `of many rows that can't be read a person is told of ten, and of how many there are`() throws {
        let outcome = SyncOutcome(
            try report((1...1000).map { (number: Int) in row(.transactions, number, "tx_\(number)") }))
        #expect(outcome.sentences.count == 12)
        #expect(outcome.sentences.last?.contains("990 more") == true)
        #expect(outcome.outputDocument["quarantined"]?.arrayValue?.count == 1000)
    }

    @Test func `a sync of which a step failed says what was done, and which step that is`() throws {
        let failure = SyncError.Failure(step: .approvals, error: PlatformError(.unavailable(status: 503)))
        let outcome = SyncOutcome(try report(), failures: [failure])
        #expect(outcome.outputDocument["transactions"] == 350)
        #expect(outcome.outputDocument["failures"]?[0]?["step"] == "approvals")
        #expect(outcome.outputDocument["failures"]?[0]?["code"] == "platform_unavailable")
        #expect(outcome.sentences[0].hasPrefix("Not all is in step: news of 1 request"))
        #expect(ExitStatus(SyncError(failures: [failure], report: try report())) == .unavailable)
        let refused = PlatformError(.refused(.init(status: 403, code: nil, message: "no")))
        let error = SyncError(failures: [.init(step: .account, error: refused)], report: try report())
        #expect(ExitStatus(error) == .noPermission && error.money == .notMoved)
    }

    @Test func `an intent in a currency nobody knows ends a command as a refusal`() {
        #expect(ExitStatus(PlatformError(.unknownCurrency("35.50 XYZ"))) == .refused)
    }
}
