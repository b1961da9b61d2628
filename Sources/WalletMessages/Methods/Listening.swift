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
        Method("subscribe", "topic") { params, context in
            let topic = try params.topic()
            context.subscribe(topic, true)
            return ["topic": .string(topic.rawValue), "subscribed": true]
        },
        Method("unsubscribe", "topic") { params, context in
            let topic = try params.topic()
            context.subscribe(topic, false)
            return ["topic": .string(topic.rawValue), "subscribed": false]
        },
    ]
}

extension Parameters {
    fileprivate func topic() throws(DoorError) -> Topic {
        guard let topic = Topic(rawValue: try string("topic")) else {
            throw .badParameter("topic", "one of \(Topic.allCases.map(\.rawValue).joined(separator: ", ")) is expected")
        }
        return topic
    }
}
