import FexValues
import Foundation
import Testing
import WalletTesting

@testable import WalletCore

/// What of an intent is kept: its merchant chooses much of it.
@Suite struct IntentBoundsTests {
    private func intent(_ change: (inout JSONObject) -> Void = { _ in }) throws -> PaymentIntent {
        var object = JSONObject([
            .init("id", "pi_1"), .init("merchant_id", "mer_1"), .init("merchant_name", "Café Zoë"),
            .init("amount", .number("35.50")), .init("currency", "USD"), .init("status", "pending"),
            .init("expires_at", "2026-01-01T13:00:00Z"), .init("description", "Two coffees"),
            .init("qr_code_url", "data:image/png;base64,AAAA"), .init("qr_data", "fex://pay?intent=pi_1"),
            .init("reference", "A-7"), .init("metadata", ["order": ["a": .number("1.10")]]), .init("news", [1, 2]),
        ])
        change(&object)
        return try PaymentIntent(document: .object(object))
    }

    private func long(_ count: Int) -> JSON { .string(String(repeating: "é", count: count)) }

    @Test func `what is short is kept to the letter, without pictures of the code`() throws {
        let document = try intent().document
        #expect(
            document.text
                == #"{"id":"pi_1","merchant_id":"mer_1","merchant_name":"Café Zoë","amount":35.50,"currency":"USD","#
                + #""status":"pending","expires_at":"2026-01-01T13:00:00Z","description":"Two coffees","#
                + #""reference":"A-7","metadata":{"order":{"a":1.10}},"news":[1,2]}"#)
    }

    @Test func `long metadata are left out whole, and long texts are cut`() throws {
        let intent = try intent { object in
            object["metadata"] = ["note": long(900_000)]
            object["description"] = long(50_000)
            object["merchant_name"] = long(50_000)
            object["reference"] = long(50_000)
            object["status"] = long(50_000)
            object["amount"] = .number("35.50" + String(repeating: "0", count: 80))
            object["unknown"] = long(50_000)
            object["small"] = true
        }
        #expect(intent.document["metadata"] == .null)
        #expect(intent.document["unknown"] == nil && intent.document["small"] == true)
        #expect(intent.summary?.utf8.count ?? 0 <= 1024 && intent.summary?.hasSuffix("é…") == true)
        #expect(intent.amount.decimalString == "35.50")
        #expect(intent.document.text.utf8.count < 4000)
        #expect(try PaymentIntent(document: intent.document) == intent)
    }

    @Test func `many unknown fields are kept only as far as 8 KB hold them, whatever they hold`() throws {
        let intent = try intent { object in
            for number in 0..<20_000 { object.members.append(.init("field\(number)", "\u{1}\u{2}")) }
            for _ in 0..<20_000 { object.members.append(.init("metadata2", .array([]))) }
        }
        #expect(intent.document.text.utf8.count < 9000)
        #expect(intent.document["field0"] != nil)
    }

    @Test(arguments: [4096, 4097])
    func `metadata of 4 KB are kept, and of a byte more are not`(size: Int) throws {
        let frame = #"{"note":""}"#.utf8.count
        let note = JSON.string(String(repeating: "x", count: size - frame))
        let intent = try intent { $0["metadata"] = ["note": note] }
        #expect(intent.document["metadata"] == (size == 4096 ? ["note": note] : .null))
    }

    @Test func `metadata that are known stay where a summary leaves them out`() async throws {
        let test = try TestWallet()
        _ = try await test.open()
        let store = try WalletStore(path: test.configuration.database.path)
        let (id, now) = (IntentID("pi_1")!, Timestamp(milliseconds: 0))
        try await store.save(try intent(), at: now)
        let later = try intent { object in
            object["metadata"] = nil
            object["status"] = "cancelled"
        }
        try await store.save(later, at: now)
        let known = try #require(try await store.loadIntent(id))
        #expect(known.document["metadata"]?.text == #"{"order":{"a":1.10}}"# && known.status == .cancelled)
    }

    @Test func `a thousand requests of 20 KB make the database grow by no more than bounded rows`() async throws {
        let test = try TestWallet()
        _ = try await test.open()
        let store = try WalletStore(path: test.configuration.database.path)
        let now = Timestamp(milliseconds: 0)
        for batch in 0..<10 {
            let intents = try (0..<100).map { number in
                try intent { object in
                    object["id"] = .string("pi_\(batch)_\(number)")
                    object["metadata"] = ["note": long(10_000)]
                }
            }
            try await store.saveApprovals(
                intents, after: FeedCursor(after: batch), next: FeedCursor(after: batch + 1), at: now)
        }
        try await store.settle()
        let file = try test.configuration.database.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
        // Little more than a kilobyte each.
        #expect(file < 1_500_000)
    }

    @Test func `a transaction's texts are cut`() throws {
        let transaction = try LedgerTransaction(
            document: [
                "transaction_id": "tx_1", "transaction_type": "payment", "status": "completed", "amount": "1.00",
                "currency": "USD", "description": long(50_000), "merchant_name": long(50_000),
                "from_account_id": long(50_000), "created_at": "2026-01-01T12:00:00Z",
            ])
        #expect(transaction.summary?.utf8.count ?? 0 <= 1024 && transaction.merchantName?.utf8.count ?? 0 <= 512)
        #expect(transaction.fromAccount?.utf8.count ?? 0 <= 128)
    }

    @Test(arguments: ["", "x", "ab…", "日本語日本語", "é", "👨‍👩‍👧‍👦👨‍👩‍👧‍👦"], 3...12)
    func `a text is cut between characters of Unicode, never within one`(text: String, limit: Int) {
        let cut = text.bounded(toBytes: limit)
        #expect(cut.utf8.count <= limit)
        #expect(cut == text || cut.hasSuffix("…"))
        #expect(!cut.unicodeScalars.contains("\u{FFFD}"))
    }

    @Test(arguments: [#"{"a":[1,"\u0001é\"",null,true,false,{}],"b":[]}"#, "[]", "{}", "12.50", #""""#])
    func `the size of a text is found without making it`(text: String) throws {
        let document = try JSON(parsing: text)
        let size = document.text.utf8.count
        #expect(document.textSize(atMost: size) == size)
        #expect(document.textSize(atMost: size - 1) == nil)
    }
}
