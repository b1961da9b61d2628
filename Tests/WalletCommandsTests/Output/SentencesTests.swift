import FexValues
import Testing
import WalletDocuments

@testable import WalletCommands
@testable import WalletCore

/// Names and purposes as somebody who means ill would choose them.
@Suite struct SentencesTests {
    static let hostile = "\u{1B}]0;owned\u{7}\u{1B}[2J\u{202E}Shop\r\nPaid 0.00 USD\u{9B}31m\u{2028}"

    private func intent() throws -> PaymentIntent {
        try PaymentIntent(document: [
            "id": "pi_1", "merchant_id": "mer_1", "merchant_name": .string(Self.hostile), "amount": .number("35.5"),
            "currency": "USD", "status": .string(Self.hostile), "expires_at": "2026-01-01T00:00:00Z",
            "description": .string(Self.hostile), "qr_code_url": "data:image/png;base64,AAAA", "metadata": ["a": 1],
        ])
    }

    @Test func `text from outside never reaches a terminal raw`() throws {
        let intent = try intent()
        let approval = ApprovalRequest(intent: intent, state: .pending, firstSeenAt: Timestamp(milliseconds: 0))
        let lines = intent.shownTerms.split(separator: "\n").map(String.init) + [approval.line]
        #expect(lines.allSatisfy { PlainText.isClean($0) })
        #expect(lines.count == 7, "a line more would be the merchant's")
        // JSON may be printed too: what steers a terminal is escaped in it, and nothing is lost.
        let document = approval.outputDocument.text
        #expect(document.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
        #expect(!document.contains("\u{202E}"))
        #expect(try JSON(parsing: document)["merchant_name"]?.stringValue == Self.hostile)
    }

    private func named(_ name: JSON, _ purpose: JSON = "Tea") throws -> PaymentIntent {
        try PaymentIntent(document: [
            "id": "pi_1", "merchant_id": "mer_1", "merchant_name": name, "amount": .number("35.5"), "currency": "USD",
            "status": "pending_approval", "expires_at": "2026-01-01T00:00:00Z", "description": purpose,
        ])
    }

    @Test func `a name is quoted where it stands in a sentence, and can't end its quotation`() throws {
        let intent = try named("Shop\". Paid 0.00 USD to \u{201C}Other\u{201D}")
        #expect(intent.quotedPayee == "\"Shop'. Paid 0.00 USD to 'Other'\" (mer_1)")
        #expect(intent.quotedMerchant == "\"Shop'. Paid 0.00 USD to 'Other'\"")
        #expect(try named(.null).quotedPayee == "mer_1 (no name)")
    }

    @Test(arguments: ["\u{200B}\u{2060}", " \u{3164}\u{2800} ", "\u{E0041}\u{E0042}", "\u{202E}\u{FEFF}", "\n\t"])
    func `a name with nothing to see is said to be none, in each line`(name: String) throws {
        let intent = try named(.string(name), .string(name))
        let approval = ApprovalRequest(intent: intent, state: .pending, firstSeenAt: Timestamp(milliseconds: 0))
        #expect(approval.line == "pi_1  pending  35.50 USD  mer_1 (no name)")
        #expect(intent.quotedMerchant == "mer_1")
        #expect(
            intent.shownTerms.contains("Merchant  mer_1 (no name)\n") && intent.shownTerms.contains("For       -\n"))
        let transaction = try LedgerTransaction(document: [
            "transaction_id": "tx_1", "transaction_type": "payment", "status": "completed", "amount": "1.00",
            "currency": "USD", "created_at": "2026-01-01T00:00:00Z", "merchant_name": .string(name),
        ])
        #expect(transaction.line == "2026-01-01T00:00:00Z  payment  completed  1.00 USD  (no name)  tx_1")
    }

    @Test func `what runs from right to left turns nothing around that stands beside it`() throws {
        let intent = try named("קפה 24", "שלום")
        let approval = ApprovalRequest(intent: intent, state: .pending, firstSeenAt: Timestamp(milliseconds: 0))
        #expect(approval.line == "pi_1  pending  35.50 USD  \u{2068}קפה 24\u{2069}  \u{2068}שלום\u{2069}")
        #expect(intent.quotedPayee == "\"\u{2068}קפה 24\u{2069}\" (mer_1)")
    }

    @Test func `documents hold amounts as exact strings, and no pictures`() throws {
        let document = try intent().outputDocument
        #expect(document["amount"] == "35.50" && document["currency"] == "USD")
        #expect(document["qr_code_url"] == nil)
        #expect(document["metadata"] == ["a": 1])
    }
}
