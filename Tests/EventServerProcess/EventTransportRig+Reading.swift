import Foundation
import Synchronization
package import WalletCore
package import WalletTesting

extension NATSServerProcess {
    /// Lines of a configuration: a wallet that may use its own subjects, as the platform's server has it, and a platform that may
    /// do all.
    package static let platformUsers = """
        authorization {
          # Seconds: a loaded machine may be slow to say who it is.
          timeout: 60
          users = [
            { user: wallet, password: "wallet-secret", permissions: {
                subscribe: ["wallets.w1.>"], publish: ["wallets.w1.echo"] } }
            { user: platform, password: "platform-secret" }
          ]
        }
        """
}

extension EventTransport {
    /// Why there was no connection, until there is one.
    package func reasonsUntilConnected(to subject: String) async throws -> [String] {
        try await bounded("the transport tells that it is connected") {
            var signals = SignalReader(self.signals(on: [subject]))
            var reasons: [String] = []
            while true {
                switch try await signals.next() {
                case .disconnected(let reason): reasons.append(reason)
                case .connected: return reasons
                case .message: continue
                }
            }
        }
    }
}

/// Shuts a transport down while an attempt of it asks for credentials, and listens again after that.
///
/// - Parameter make: Makes a transport that asks so.
/// - Returns: What happened, in order.
package func orderOfShutdown(
    of make: (_ credentials: @escaping @Sendable () async throws -> EventCredentials?) -> some EventTransport
) async throws -> [String] {
    let attempt = Mutex<CheckedContinuation<Void, Never>?>(nil)
    let order = Mutex<[String]>([])
    let transport = make {
        await withCheckedContinuation { continuation in attempt.withLock { $0 = continuation } }
        return nil
    }
    let reading = Task { () async -> Void in for await _ in transport.signals(on: ["a"]) {} }
    try await until("an attempt is under way") { attempt.withLock { $0 != nil } }
    let ending = Task {
        await transport.shutdown()
        order.withLock { $0.append("it is shut down") }
    }
    await reading.value
    order.withLock { $0 += ["streams end", "the attempt ends"] }
    attempt.withLock { $0.take() }?.resume()
    await ending.value
    for await _ in transport.signals(on: ["a"]) {}
    return order.withLock { $0 } + ["a later stream ends"]
}

extension EventTransportRig {
    /// Has a flood of messages come to a reader that takes none until all of them have, and then reads to the end.
    ///
    /// - Returns: How many messages it was given, how many it was told that it lost, and in what words.
    package func readBehindFlood(of count: Int) async throws -> (received: Int, lost: Int, reasons: [String]) {
        let (received, reasons) = try await bounded("the last message comes, behind a flood") {
            var signals = SignalReader(self.transport.signals(on: ["wallets.w1.a", "wallets.w1.echo"]))
            try await signals.untilConnected()
            try await self.send(Array(repeating: Data("x".utf8), count: count), to: "wallets.w1.a")
            // Published behind the flood; none of that was read until now.
            try await self.send([Data("last".utf8)], to: "wallets.w1.a")
            // Its answer comes behind all that was sent to this connection before.
            try await self.transport.publish(Data("behind".utf8), to: "wallets.w1.echo")
            var (received, reasons) = (0, [String]())
            while true {
                switch try await signals.next() {
                case .message(let message) where message.payload == Data("last".utf8): return (received, reasons)
                case .message: received += 1
                case .disconnected(let reason): reasons.append(reason)
                case .connected: continue
                }
            }
        }
        let lost = reasons.compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }.reduce(0, +)
        return (received, lost, reasons)
    }
}
