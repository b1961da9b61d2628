import WalletCore

func listen(_ wallet: Wallet) async throws {
    try await wallet.sync.run()  // until the task is cancelled; reconnects and catches up by itself
}

func showInbox(of wallet: Wallet, show: ([ApprovalRequest]) async -> Void) async throws {
    for try await requests in wallet.approvals.watch() {
        await show(requests.filter { $0.state == .pending })
    }
}

func approve(_ request: ApprovalRequest, with wallet: Wallet) async throws -> DecisionState {
    try await wallet.decisions.decide(.approve, on: request.intent.terms).decision.state
}

func decline(_ request: ApprovalRequest, with wallet: Wallet) async throws -> DecisionState {
    try await wallet.decisions.decide(.decline, on: request.intent.terms, reason: "not mine").decision.state
}
