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
    /// Why there was no connection, until there is one.
    private func reasonsUntilConnected(_ transport: NATSEventTransport, to subject: String) async throws -> [String] {
        try await bounded("the transport tells that it is connected") {
            var signals = SignalReader(transport.signals(on: [subject]))
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

    @Test func `refused credentials are named, and asked for anew at each attempt`() async throws {
        try await NATSServerProcess.withServer(configuration: NATSEventRig.configuration) { server in
            let asked = Mutex(0)
            let transport = NATSEventTransport(url: server.url, pauses: NATSEventRig.shortPauses) {
                let attempt = asked.withLock { count in
                    count += 1
                    return count
                }
                // Two refusals running make libnats give up; the transport must not.
                return EventCredentials(user: "wallet", password: attempt > 3 ? "wallet-secret" : "old-secret")
            }
            let reasons = try await reasonsUntilConnected(transport, to: "wallets.w1.a")
            #expect(reasons.contains { $0.localizedCaseInsensitiveContains("authorization") })
            #expect(reasons.allSatisfy { !$0.contains("secret") })
            #expect(asked.withLock { $0 } == 4)
        }
    }

    @Test func `credentials in the address win, and the others are not asked for`() async throws {
        try await NATSServerProcess.withServer(configuration: NATSEventRig.configuration) { server in
            let transport = NATSEventTransport(
                url: server.url(user: "wallet", password: "wallet-secret"), pauses: NATSEventRig.shortPauses
            ) {
                Issue.record("asked for credentials")
                return EventCredentials(user: "nobody", password: "")
            }
            _ = try await reasonsUntilConnected(transport, to: "wallets.w1.a")
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
            let reasons = try await reasonsUntilConnected(transport, to: "a")
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
        try await NATSServerProcess.withServer(configuration: NATSEventRig.configuration) { server in
            let rig = NATSEventRig(server)
            let reason = try await bounded("the subject that is denied is named, and heard again once it is allowed") {
                var signals = SignalReader(rig.transport.signals(on: ["wallets.w1.a"]))
                try await signals.untilConnected()
                let denying = NATSEventRig.configuration.replacing("wallets.w1.>", with: "wallets.w1.b")
                try server.configure(denying)
                server.reload()
                var reason = ""
                while !reason.contains("wallets.w1.a") { reason = try await signals.untilDisconnected() }
                try server.configure(NATSEventRig.configuration)
                server.reload()
                try await signals.untilConnected()
                return reason
            }
            #expect(!reason.contains("secret"))
        }
    }

    @Test func `a reader too slow for a flood is told that it lost messages, and how many`() async throws {
        try await NATSServerProcess.withServer(configuration: NATSEventRig.configuration) { server in
            let rig = NATSEventRig(server)
            let flood = 40_000
            let (received, reasons) = try await bounded("the last message comes, behind a flood") {
                var signals = SignalReader(rig.transport.signals(on: ["wallets.w1.a", "wallets.w1.echo"]))
                try await signals.untilConnected()
                try await rig.send(Array(repeating: Data("x".utf8), count: flood), to: "wallets.w1.a")
                // One thread delivers all, so this comes behind the flood; none was read until now.
                try await rig.send([Data("last".utf8)], to: "wallets.w1.a")
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
