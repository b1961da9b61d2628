import FexValues
public import Foundation

extension Approvals {
    /// Takes in the push notifications that a ``NotificationReader`` has left in a folder, as ``receive(push:)`` would, the oldest
    /// first. Call it when the app is opened.
    ///
    /// Each is removed once its request is in the inbox, or it is found to be about none of this wallet's. What can't be asked
    /// about stays for the next time.
    ///
    /// - Parameter folder: Where they were left.
    /// - Returns: The requests that they are about, as the inbox has them now.
    /// - Throws: As ``receive(push:)``; those that came before are in the inbox.
    @discardableResult
    public func takeHandedOver(in folder: URL) async throws -> [ApprovalRequest] {
        try await store.gate.call {
            let handedOver = HandOverFolder(folder)
            var requests: [ApprovalRequest] = []
            for name in handedOver.names() {
                if let request = try await takeIn(handedOver.payload(name)),
                    !requests.contains(where: { $0.id == request.id })
                {
                    requests.append(request)
                }
                handedOver.remove(name)
            }
            return requests
        }
    }

    /// One whose request the platform can't tell of, whatever it is asked, keeps none of the others from being taken in.
    private func takeIn(_ payload: Data?) async throws -> ApprovalRequest? {
        guard let payload else { return nil }
        do { return try await follow(push: payload) } catch let error as PlatformError {
            guard case .malformed = error.reason else { throw error }
            return nil
        }
    }
}
