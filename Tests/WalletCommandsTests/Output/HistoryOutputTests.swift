import FexValues
import Foundation
import Testing
import WalletDocuments

@testable import WalletCommands
@testable import WalletCore

@Suite struct HistoryOutputTests {
    private static let hostile = SentencesTests.hostile

    private func transaction(_ text: String) throws -> LedgerTransaction {
        LedgerTransaction(
            id: TransactionID("tx_1")!, type: TransactionType(rawValue: text),
            status: TransactionStatus(rawValue: text),
            amount: try Money(minorUnits: 3550, currency: Currency("USD")), fromAccount: text, toAccount: text,
            summary: text, intent: IntentID("pi_1"), merchant: MerchantID("mer_1"), merchantName: text,
            createdAt: Timestamp(milliseconds: 0), completedAt: nil, sequence: nil)
    }

    @Test func `of a payment nothing from outside is shown as it came`() throws {
        var record = PaymentRecord()
        record.intent = try PaymentIntent(document: [
            "id": "pi_1", "merchant_id": "mer_1", "merchant_name": .string(Self.hostile), "amount": .number("35.5"),
            "currency": "USD", "status": .string(Self.hostile), "expires_at": "2026-01-01T00:00:00Z",
            "description": .string(Self.hostile), "created_at": "2026-01-01T00:00:00Z",
        ])
        record.transactions = [try transaction(Self.hostile)]
        let lines = record.shownLines
        #expect(lines.allSatisfy { PlainText.isClean($0) && !$0.contains("\n") })
        #expect(lines.count == 9, "six of the intent, one of the ledger, two moments")
    }

    @Test func `what is not there is null`() throws {
        let document = PaymentRecord().outputDocument(askedFor: "x")
        #expect(document["payment_intent"] == .null && document["decision"] == .null)
        #expect(document["transaction"] == .null && document["timeline"] == [])
    }

    @Test func `of several transactions the one that was asked for is shown, else the payment`() throws {
        var refund = try transaction("refund")
        refund.id = TransactionID("tx_2")!
        let payment = try transaction("payment")
        let record = PaymentRecord(transactions: [refund, payment])
        #expect(record.outputDocument(askedFor: "tx_2")["transaction"]?["id"] == "tx_2")
        #expect(record.outputDocument(askedFor: "pi_1")["transaction"]?["id"] == "tx_1")
        #expect(record.outputDocument(askedFor: "pi_1")["transactions"]?.arrayValue?.count == 2)
        #expect(record.outputDocument(askedFor: "pi_1")["timeline"]?[0]?["what"] == "paid")
    }

    @Test func `an export says of a transaction what the history says`() throws {
        for text in ["plain", Self.hostile, ""] {
            var bytes: [UInt8] = []
            try HistoryFormat.json.write(transaction(text), isFirst: true, to: &bytes)
            #expect(try JSON(parsing: Data(bytes)) == transaction(text).outputDocument)
        }
    }

    @Test func `an entry ends with its id, for show`() throws {
        #expect(try transaction("payment").line.hasSuffix("  tx_1"))
    }

    @Test(arguments: [
        (0, "just now"), (1, "1 second ago"), (59, "59 seconds ago"), (60, "1 minute ago"), (200, "3 minutes ago"),
        (3599, "59 minutes ago"), (7200, "2 hours ago"), (86_400, "1 day ago"), (200_000, "2 days ago"),
    ])
    func `an age is told in its largest unit`(seconds: Int, text: String) {
        #expect(Duration.seconds(seconds).ago == text)
    }

    @Test(arguments: [(nil, "1000 transactions …"), (Optional(5000), "1000 of 5000 transactions …")])
    func `progress names the total where it is known`(total: Int?, text: String) {
        #expect(SyncProgress(received: 1000, total: total).sentence == text)
    }
}
