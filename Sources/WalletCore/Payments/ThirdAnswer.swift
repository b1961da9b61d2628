import FexValues

/// Asks what an intent is where two answers contradict each other: what is over never becomes open again at the platform, and
/// terms never change, so one of the two was not the platform's.
struct ThirdAnswer: Sendable {
    let calls: any IntentCalls
    let time: ServerTime

    /// - Returns: The intent as it surely is now; `nil` where it can't be had, or the answer may be an old one.
    func ask(_ id: IntentID) async throws -> PaymentIntent? {
        let doubts = time.doubts
        do {
            let intent = try await calls.fetchIntent(id)
            return time.isSteady(since: doubts) ? intent : nil
        } catch is PlatformError {
            try Task.checkCancellation()
            return nil
        }
    }
}

extension PaymentIntent {
    /// Whether an answer contradicts what an earlier one has told.
    ///
    /// - Parameter isSecond: Whether it tells the same change a second time, which is the same then.
    func isContradicted(by told: PaymentIntent, isSecond: Bool) -> Bool {
        if IntentStatus.over.contains(status), told.status.isOpen { return true }
        guard isSecond else { return false }
        return terms != told.terms || expiresAt != told.expiresAt
            || (status == .pendingApproval) != (told.status == .pendingApproval)
    }
}
