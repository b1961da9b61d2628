import FexValues
import Foundation
import WalletCore
import WalletDocuments

extension Method {
    /// What tills ask of the customer.
    static let requests = [
        Method("approvals", "all", "refresh") { params, context in
            let (all, refreshes) = (try params.bool("all", default: false), try params.bool("refresh", default: true))
            let approvals = context.wallet.approvals
            if refreshes {
                // Those seen so far are worth more than an error.
                do { try await approvals.catchUp() } catch let error as PlatformError where error.isOutOfReach {}
            }
            return try await approvals.document(all: all)
        },
        Method("approvals.receive", "push") { params, context in
            let push = try params.required("push")
            let payload = push.stringValue.map { Data($0.utf8) } ?? push.data
            return [
                "approval": try await context.wallet.approvals.receive(push: payload)?.outputDocument ?? .null
            ]
        },
        Method("approvals.mute", "merchant") { params, context in
            let merchant: MerchantID = try params.id("merchant")
            try await context.wallet.approvals.mute(merchant)
            return ["merchant": .string(merchant.rawValue), "muted": true]
        },
        Method("approvals.unmute", "merchant") { params, context in
            let merchant: MerchantID = try params.id("merchant")
            try await context.wallet.approvals.unmute(merchant)
            return ["merchant": .string(merchant.rawValue), "muted": false]
        },
        Method("approvals.muted") { _, context in
            ["muted": .array(try await context.wallet.approvals.loadMuted().map { .string($0.rawValue) })]
        },
    ]
}

extension Approvals {
    /// - Parameter all: Also those that are over.
    func document(all: Bool) async throws -> JSON {
        let groups = try await loadGroups()
        let requests = try await all ? load() : loadOpen().filter { $0.state == .pending }
        return requests.outputDocument(groupedBy: groups)
    }
}
