import FexValues
import WalletCore
import WalletDocuments

extension Topic {
    /// Tells of the topic: now, and whenever it changes, until the task is cancelled.
    func watch(in context: MessageContext, _ tell: (JSON) -> Void) async throws {
        let wallet = context.wallet
        switch self {
        case .approvals:
            for try await _ in wallet.approvals.watch() { tell(try await wallet.approvals.document(all: false)) }
        case .balance:
            for try await account in wallet.ledger.watchAccount() { tell(account?.balanceDocument ?? .null) }
        case .history:
            for try await page in wallet.ledger.watchHistory() { tell(page.outputDocument) }
        case .outbox:
            for try await decisions in wallet.decisions.watchOutbox() { tell(decisions.outboxDocument) }
        case .listening:
            for await listening in wallet.sync.watchListening() {
                tell([
                    "listening": .string(listening.rawValue), "error": context.sync.failure?.outputDocument ?? .null,
                ])
            }
        case .session:
            for try await state in wallet.account.watchSession() {
                tell([
                    "logged_in": .bool(state == .loggedIn), "session": .string(state.rawValue),
                    "ended": .bool(state == .ended),
                ])
            }
        case .log: break  // Told as it is written.
        }
    }
}

extension MessageContext {
    /// How new requests reach this device at the moment.
    var listening: EventDelivery {
        get async {
            for await listening in wallet.sync.watchListening() { return listening }
            return .no
        }
    }
}
