import FexValues
import WalletCore
import WalletDocuments

extension Method {
    /// Learning what is new: once, in the background, and as it comes.
    static let listening = [
        Method("sync") { _, context in
            do { return SyncOutcome(try await context.wallet.sync.once()).outputDocument } catch let error as SyncError
            {
                // What was done before a step failed is said.
                return SyncOutcome(error.report, failures: error.failures).outputDocument
            }
        },
        Method("sync.start") { _, context in
            try await context.wallet.account.check()
            context.sync.start()
            return ["running": true]
        },
        Method("sync.stop") { _, context in
            await context.sync.stop()
            return ["running": false]
        },
    ]
}
