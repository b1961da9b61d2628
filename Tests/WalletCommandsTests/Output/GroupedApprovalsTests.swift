import FexValues
import Testing

@testable import WalletCommands
@testable import WalletCore

@Suite struct GroupedApprovalsTests {
    private func approvals(_ merchant: String, _ count: Int) throws -> [ApprovalRequest] {
        try (0..<count).map { number in
            let intent = try PaymentIntent(document: [
                "id": .string("pi_\(merchant)_\(number)"), "merchant_id": .string(merchant),
                "merchant_name": .string(SentencesTests.hostile), "amount": .number("35.5"), "currency": "USD",
                "status": "pending_approval", "expires_at": "2026-01-01T00:00:00Z",
            ])
            return ApprovalRequest(intent: intent, state: .pending, firstSeenAt: Timestamp(milliseconds: 0))
        }
    }

    private func lines(_ counts: [String: Int], muted: Set<String> = []) throws -> [String] {
        let all = try counts.keys.sorted().map { try approvals($0, counts[$0] ?? 0) }
        let groups = all.map { requests in
            let merchant = requests[0].intent.merchantID
            return ApprovalGroup(
                merchant: merchant, requests: Array(requests.prefix(3)), count: requests.count,
                isMuted: muted.contains(merchant.rawValue))
        }
        return all.flatMap(\.self).lines(groupedBy: groups)
    }

    @Test func `many requests of a merchant are one line, and another's are lines of their own`() throws {
        let lines = try lines(["mer_1": 6, "mer_2": 5])
        #expect(lines.count == 6)
        #expect(lines[0].hasPrefix("mer_1  6 requests"))
        #expect(lines[1...].allSatisfy { $0.hasPrefix("pi_mer_2_") })
        #expect(lines.allSatisfy { PlainText.isClean($0) })
    }

    @Test func `a muted merchant's few are one line, and its only one is shown like any other`() throws {
        let few = try lines(["mer_1": 2], muted: ["mer_1"])
        #expect(few.count == 1 && few[0].hasPrefix("mer_1  2 requests") && few[0].hasSuffix("(muted)"))
        #expect(try lines(["mer_1": 1], muted: ["mer_1"])[0].hasPrefix("pi_mer_1_0  pending"))
    }
}
