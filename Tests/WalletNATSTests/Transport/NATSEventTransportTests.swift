import EventServerProcess
import Foundation
import NATSClient
import Synchronization
import Testing
import WalletCore
import WalletNATS
import WalletTesting

@Suite(.timeLimit(.minutes(15)))
struct NATSEventTransportTests {
    /// Why there is no connection, as often as it is told; there never is one.
    private func reasons(_ transport: NATSEventTransport, count: Int) async throws -> [String] {
        try await bounded("the transport tells \(count) times that it is not connected") {
            var signals = SignalReader(transport.signals(on: ["a"]))
            var reasons: [String] = []
            while reasons.count < count {
                let signal = try await signals.next()
                guard case .disconnected(let reason) = signal else { throw ContractViolation("told: \(signal)") }
                reasons.append(reason)
            }
            return reasons
        }
    }

    @Test func `to shut a transport down waits for the attempt under way, and ends its streams`() async throws {
        let order = try await orderOfShutdown {
            NATSEventTransport(url: "nats://127.0.0.1:1", credentials: $0)
        }
        #expect(order == ["streams end", "the attempt ends", "it is shut down", "a later stream ends"])
    }

    @Test func `a server that takes the connection and says nothing does not hold up a shutdown`() async throws {
        let server = try ScriptedListener()
        let transport = NATSEventTransport(url: server.url, connectTimeout: .seconds(3600))
        try await bounded("the transport is shut down") { () async throws -> Void in
            var signals = SignalReader(transport.signals(on: ["a"]))
            #expect(try await signals.next() == .disconnected(reason: "connecting"))
            await transport.shutdown()
        }
        withExtendedLifetime(server) {}
    }

    @Test func `refused credentials are named, and asked for anew at each attempt`() async throws {
        try await NATSServerProcess.withServer(configuration: NATSServerProcess.platformUsers) { server in
            let asked = Mutex(0)
            let transport = NATSEventTransport(url: server.url, pauses: NATSEventRig.shortPauses) {
                let attempt = asked.withLock { count in
                    count += 1
                    return count
                }
                // Two refusals running make libnats give up; the transport must not.
                return EventCredentials(user: "wallet", password: attempt > 3 ? "wallet-secret" : "old-secret")
            }
            let reasons = try await transport.reasonsUntilConnected(to: "wallets.w1.a")
            #expect(reasons.contains { $0.localizedCaseInsensitiveContains("authorization") })
            #expect(reasons.allSatisfy { !$0.contains("secret") })
            #expect(asked.withLock { $0 } == 4)
        }
    }

    @Test func `credentials in the address win, and the others are not asked for`() async throws {
        try await NATSServerProcess.withServer(configuration: NATSServerProcess.platformUsers) { server in
            let transport = NATSEventTransport(
                url: server.url(user: "wallet", password: "wallet-secret"), pauses: NATSEventRig.shortPauses
            ) {
                Issue.record("asked for credentials")
                return EventCredentials(user: "nobody", password: "")
            }
            _ = try await transport.reasonsUntilConnected(to: "wallets.w1.a")
        }
    }

    @Test func `a failure to get credentials keeps its secrets, and is no end`() async throws {
        struct Failure: Error, CustomStringConvertible { let description = "secret" }
        try await NATSServerProcess.withServer { server in
            let asked = Mutex(0)
            let transport = NATSEventTransport(url: server.url, pauses: NATSEventRig.shortPauses) {
                guard
                    asked.withLock({
                        $0 += 1; return $0 > 1
                    })
                else { throw Failure() }
                return nil
            }
            let reasons = try await transport.reasonsUntilConnected(to: "a")
            #expect(reasons == ["connecting", "there are no credentials for the event server"])
        }
    }

    @Test(arguments: ["nats://", "http://user:secret@localhost", "nats://user:secret@local host:1", "::", ""])
    func `an address that can't be one is said, without its credentials`(url: String) async throws {
        let transport = NATSEventTransport(url: url, pauses: NATSEventRig.shortPauses)
        let reasons = try await reasons(transport, count: 2)
        #expect(reasons.count == 2 && reasons.allSatisfy { !$0.contains("secret") && !$0.isEmpty })
    }

    @Test func `a permission taken away while connected is named, and given back it connects again`() async throws {
        try await NATSServerProcess.withServer(configuration: NATSServerProcess.platformUsers) { server in
            let rig = NATSEventRig(server)
            let reason = try await bounded("the subject that is denied is named, and heard again once it is allowed") {
                var signals = SignalReader(rig.transport.signals(on: ["wallets.w1.a"]))
                try await signals.untilConnected()
                let denying = NATSServerProcess.platformUsers.replacing("wallets.w1.>", with: "wallets.w1.b")
                try server.configure(denying)
                server.reload()
                var reason = ""
                while !reason.contains("wallets.w1.a") { reason = try await signals.untilDisconnected() }
                try server.configure(NATSServerProcess.platformUsers)
                server.reload()
                try await signals.untilConnected()
                return reason
            }
            #expect(!reason.contains("secret"))
        }
    }

    @Test func `a reader too slow for a flood is told that it lost messages, and how many`() async throws {
        try await NATSServerProcess.withServer(configuration: NATSServerProcess.platformUsers) { server in
            let flood = 40_000
            let (received, lost, reasons) = try await NATSEventRig(server).readBehindFlood(of: flood)
            #expect(lost > 0)
            #expect(received + lost == flood, "\(reasons)")
        }
    }

    @Test func `a server that listens but never speaks is no connection`() async throws {
        let listener = try ScriptedListener()
        let transport = NATSEventTransport(
            url: listener.url, pauses: NATSEventRig.shortPauses,
            connectTimeout: .milliseconds(100))
        let reasons = try await reasons(transport, count: 2)
        #expect(reasons.last?.isEmpty == false)
    }
}
