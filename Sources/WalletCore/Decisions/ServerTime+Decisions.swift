extension ServerTime {
    /// Whether a decision's time is, or may be, over: nothing of it is sent any more.
    func isOver(_ decision: Decision) -> Bool { latest() >= decision.expiresAt }

    /// What time it is for a decision.
    func moment(of decision: Decision) -> DecisionMachine.Moment {
        guard isKnown else { return .notKnown }
        return isOver(decision) ? .expired : .inTime
    }
}
