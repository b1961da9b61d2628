import Testing

@testable import FexSandbox

@Suite struct IntentStatusTests {
    @Test func `an intent goes along these edges and no others`() {
        let edges: [IntentStatus: [IntentStatus.Event: IntentStatus]] = [
            .pending: [.pay: .completed, .cancel: .cancelled, .expire: .expired],
            .pendingApproval: [
                .approve: .completed, .decline: .declined, .cancel: .cancelled, .expire: .expired,
            ],
            .completed: [.refund: .refunded],
        ]
        for status in IntentStatus.allCases {
            for event in IntentStatus.Event.allCases { #expect(status.after(event) == edges[status]?[event]) }
        }
    }
}
