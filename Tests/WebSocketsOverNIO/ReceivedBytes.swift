package import Foundation
import Mailboxes
import Synchronization
package import WalletNATSOverWebSocket

/// What has come on a connection and was not read yet, for the one who reads.
package final class ReceivedBytes: Sendable {
    private struct Queue: MailboxQueue {
        var waiting: [Data] = []

        mutating func append(_ bytes: Data) -> Int? {
            waiting.append(bytes)
            return nil
        }

        mutating func popFirst() -> Data? { waiting.isEmpty ? nil : waiting.removeFirst() }
    }

    private let mailbox = Mailbox(Queue())
    private let error = Mutex<WebSocketError?>(nil)

    package init() {}

    /// Hands bytes over.
    package func put(_ bytes: Data) { mailbox.put(bytes) }

    /// No more come; the first reason counts.
    package func end(_ reason: WebSocketError) {
        error.withLock { $0 = $0 ?? reason }
        mailbox.finish()
    }

    /// The next bytes.
    package func next() async throws(WebSocketError) -> Data {
        if let bytes = await mailbox.next() { return bytes }
        throw error.withLock { $0 } ?? WebSocketError(.lost, detail: "the reading was cancelled")
    }
}
