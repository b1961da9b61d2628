import FexValues

/// The published calls about payment intents that need no token.
protocol IntentCalls: Sendable {
    /// The intent as it is now.
    ///
    /// - Throws: ``PlatformError``; ``PlatformError/Reason/unknownCurrency(_:)`` for one that can't be paid by anybody.
    func fetchIntent(_ id: IntentID) async throws -> PaymentIntent
}

extension PlatformClient: IntentCalls {
    func fetchIntent(_ id: IntentID) async throws -> PaymentIntent {
        let call = PlatformCall(address: endpoints.publicIntent(id), needsToken: false)
        let intent = try await answer(to: call) {
            answer throws(MalformedDocument) -> Result<PaymentIntent, PlatformError> in
            let document = try answer.succeeded().required("payment_intent")
            guard try JSONFields(document, at: "payment_intent").string("id") == id.rawValue else {
                throw MalformedDocument(field: "payment_intent.id", problem: "is another intent's")
            }
            do throws(MalformedDocument) { return .success(try PaymentIntent(document: document)) } catch {
                guard let amount = error.unknownCurrency else { throw error }
                return .failure(PlatformError(.unknownCurrency(amount)))
            }
        }
        return try intent.get()
    }
}
