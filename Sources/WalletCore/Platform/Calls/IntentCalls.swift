/// The published calls about payment intents that need no token.
protocol IntentCalls: Sendable {
    /// The intent as it is now.
    ///
    /// - Throws: ``PlatformError``; ``PlatformError/Reason/unknownCurrency(_:)`` for one that can't be paid by anybody.
    func fetchIntent(_ id: IntentID) async throws -> PaymentIntent
}

extension PlatformClient: IntentCalls {
    func fetchIntent(_ id: IntentID) async throws -> PaymentIntent {
        let answer = try await answer(to: PlatformCall(url: endpoints.publicIntent(id), needsToken: false))
        do throws(MalformedDocument) {
            let intent = try PaymentIntent(document: answer.document["payment_intent"] ?? .null)
            guard intent.id == id else {
                throw MalformedDocument(field: "payment_intent.id", problem: "is another intent's")
            }
            return intent
        } catch {
            if let amount = error.unknownCurrency { throw PlatformError(.unknownCurrency(amount)) }
            throw error.failure()
        }
    }
}
