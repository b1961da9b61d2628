import Foundation
import NATSClient
import Synchronization
import Testing
import WalletCore
import WalletNATS
import WalletTesting

@Suite(.timeLimit(.minutes(15)))
struct NATSEventTransportTests {
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
            var reasons: [String] = []
            for await signal in transport.signals(on: ["wallets.w1.a"]) {
                if case .disconnected(let reason) = signal { reasons.append(reason) }
                if signal == .connected { break }
            }
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
            for await signal in transport.signals(on: ["wallets.w1.a"]) where signal == .connected { return }
            Issue.record("the stream ended")
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
            var reasons: [String] = []
            for await signal in transport.signals(on: ["a"]) {
                if case .disconnected(let reason) = signal { reasons.append(reason) }
                if signal == .connected { break }
            }
            #expect(reasons == ["connecting", "there are no credentials for the event server"])
        }
    }

    @Test(arguments: ["nats://", "http://user:secret@localhost", "nats://user:secret@local host:1", "::", ""])
    func `an address that can't be one is said, without its credentials`(url: String) async {
        let transport = NATSEventTransport(url: url, pauses: NATSEventRig.shortPauses)
        var reasons: [String] = []
        for await signal in transport.signals(on: ["a"]) {
            if case .disconnected(let reason) = signal { reasons.append(reason) }
            if reasons.count == 2 { break }
        }
        #expect(reasons.count == 2 && reasons.allSatisfy { !$0.contains("secret") && !$0.isEmpty })
    }

    @Test func `a permission taken away while connected is named, and given back it connects again`() async throws {
        try await NATSServerProcess.withServer(configuration: NATSEventRig.configuration) { server in
            let rig = NATSEventRig(server)
            var signals = rig.transport.signals(on: ["wallets.w1.a"]).makeAsyncIterator()
            while await signals.next() != .connected {}
            let denying = NATSEventRig.configuration.replacing("wallets.w1.>", with: "wallets.w1.b")
            try server.configure(denying)
            server.reload()
            var named = false
            while !named {
                guard case .disconnected(let reason) = await signals.next() else { continue }
                named = reason.contains("wallets.w1.a")
            }
            try server.configure(NATSEventRig.configuration)
            server.reload()
            while await signals.next() != .connected {}
        }
    }

    @Test func `a reader too slow for a flood is told that it lost messages, and how many`() async throws {
        try await NATSServerProcess.withServer(configuration: NATSEventRig.configuration) { server in
            let rig = NATSEventRig(server)
            var signals = rig.transport.signals(on: ["wallets.w1.a", "wallets.w1.echo"]).makeAsyncIterator()
            while await signals.next() != .connected {}
            let flood = 40_000
            try await rig.send(Array(repeating: Data("x".utf8), count: flood), to: "wallets.w1.a")
            // One thread delivers all, so this comes behind the flood; none was read until now.
            try await rig.send([Data("last".utf8)], to: "wallets.w1.a")
            var received = 0
            var reasons: [String] = []
            reading: while let signal = await signals.next() {
                switch signal {
                case .message(let message) where message.payload == Data("last".utf8): break reading
                case .message: received += 1
                case .disconnected(let reason): reasons.append(reason)
                case .connected: continue
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
        var reasons: [String] = []
        for await signal in transport.signals(on: ["a"]) {
            #expect(signal != .connected)
            if case .disconnected(let reason) = signal { reasons.append(reason) }
            if reasons.count == 2 { break }
        }
        #expect(reasons.last?.isEmpty == false)
    }
}
