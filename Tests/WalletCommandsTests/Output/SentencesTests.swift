import FexValues
import Testing

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

    @Test func `documents hold amounts as exact strings, and no pictures`() throws {
        let document = try intent().outputDocument
        #expect(document["amount"] == "35.50" && document["currency"] == "USD")
        #expect(document["qr_code_url"] == nil)
        #expect(document["metadata"] == ["a": 1])
    }
}
