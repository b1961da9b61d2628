import Foundation
import WalletCore

func enterBackground(_ wallet: Wallet) async {
    await wallet.suspend()  // in a background task of the system: nothing is being written when this returns
}

func enterForeground(_ wallet: Wallet, sharedFolder: URL) async throws {
    wallet.resume()
    try await wallet.approvals.takeHandedOver(in: sharedFolder)
}

func receive(_ payload: Data, with wallet: Wallet) async throws -> ApprovalRequest? {
    try await wallet.approvals.receive(push: payload)
}

/// What the notification extension does: it has no wallet.
func words(for payload: Data, sharedFolder: URL) -> NotificationWords {
    NotificationReader(handingOverIn: sharedFolder).read(payload)
}

func showBadge(of wallet: Wallet, show: (Int) async -> Void) async throws {
    for try await badge in wallet.watchBadge() {
        await show(badge.waitingRequests + badge.unresolvedDecisions)
    }
}
