import Foundation
import Synchronization
import WalletMessages

/// A wallet whose host is a program in C: it waits for messages on threads of its own.
final class HostedWallet: Sendable {
    /// What is received of a closed wallet, again and again.
    static let lastMessage = #"{"closed":true}"#

    private let wallet: MessageWallet
    private let arrivals: Arrivals
    private let isBeingReceived = Atomic(false)
    private let isClosed = Atomic(false)

    init(configuration: String) {
        let arrivals = Arrivals()
        self.arrivals = arrivals
        wallet = MessageWallet.open(configuration: configuration, adapters: .system) { arrivals.note() }
    }

    func send(_ message: UnsafeRawBufferPointer) -> MessageWallet.Acceptance { unsafe wallet.send(message) }

    /// The next message.
    ///
    /// - Parameter milliseconds: How long to wait for it at most; for as long as it takes, where they are negative.
    /// - Returns: `nil` once the time is up, and at once while another thread receives.
    func receive(within milliseconds: Int32) -> String? {
        guard !isBeingReceived.exchange(true, ordering: .acquiring) else { return nil }
        defer { isBeingReceived.store(false, ordering: .releasing) }
        let deadline = milliseconds < 0 ? DispatchTime.distantFuture : .now() + .milliseconds(Int(milliseconds))
        repeat {
            arrivals.beginReceiving()
            if isClosed.load(ordering: .acquiring) { return Self.lastMessage }
            if let message = wallet.receive() {
                arrivals.mayHaveMore()
                return message
            }
        } while milliseconds != 0 && arrivals.wait(until: deadline)
        return nil
    }

    func setWake(_ wake: Wake?) { arrivals.setWake(wake) }

    /// Ends all work, and returns once the files are closed and no wake runs.
    func close() {
        let closed = DispatchSemaphore(value: 0)
        Task.detached { [wallet] in
            await wallet.close()
            closed.signal()
        }
        closed.wait()
        arrivals.endWaking()
        isClosed.store(true, ordering: .releasing)
        arrivals.note()
    }
}
