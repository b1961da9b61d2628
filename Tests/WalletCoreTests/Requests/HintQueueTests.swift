import FexValues
import Foundation
import Testing

@testable import WalletCore

@Suite struct HintQueueTests {
    let hints = HintQueue()

    private func hint(_ intent: Int, _ amount: String = "1.00") throws -> ApprovalHint {
        let event: JSON = [
            "event": "payment.approval_requested", "payment_intent_id": .string("pi_\(intent)"),
            "amount": .number(amount), "currency": "USD",
        ]
        return try ApprovalHint(payload: event.data)
    }

    /// Whose turn it is now.
    private func turns() async -> [ApprovalHint] {
        hints.end()
        return await hints.ready.reduce(into: []) { $0.append($1) }
    }

    @Test func `a few have their turn at once, and the next when one is done`() async throws {
        for number in 1...6 { #expect(try hints.add(hint(number))) }
        hints.finish(try hint(2))
        #expect(await turns() == (try (1...5).map { try hint($0) }))
    }

    @Test func `of one intent one has its turn, and the next after it`() async throws {
        let (first, second) = (try hint(1), try hint(1, "2.00"))
        for hint in [first, second, try hint(2)] { #expect(hints.add(hint)) }
        hints.finish(first)
        #expect(await turns() == [first, try hint(2), second])
    }

    @Test func `a hint of an intent under way waits for it, whatever else is done`() async throws {
        for hint in [try hint(1), try hint(1, "2.00"), try hint(2)] { #expect(hints.add(hint)) }
        hints.finish(try hint(2))
        #expect(await turns() == [try hint(1), try hint(2)])
    }

    @Test func `the same hint waits once`() async throws {
        for _ in 1...1000 { #expect(try hints.add(hint(1))) }
        hints.finish(try hint(1))
        hints.finish(try hint(1))
        #expect(await turns() == [try hint(1), try hint(1)])
    }

    @Test func `too many that wait are let go, and room is made`() async throws {
        let most = HintQueue.width + HintQueue.limit
        for number in 1...most { #expect(try hints.add(hint(number))) }
        #expect(try !hints.add(hint(most + 1)))
        #expect(try hints.add(hint(most + 2)))
        hints.finish(try hint(1))
        #expect(await turns() == (try [1, 2, 3, 4, most + 2].map { try hint($0) }))
    }
}
