import Foundation
import WalletCore

/// What every ``/WalletCore/EventTransport`` owes, as checks to be run one by one, each on a rig of its own.
///
/// A check waits for what must come, and fails where that has not come in two minutes.
public struct EventTransportContract: Sendable, CustomStringConvertible {
    /// The sentence that the check is true of.
    public let description: String
    private let body: @Sendable (any EventTransportRig) async throws -> Void

    private init(_ description: String, _ body: @escaping @Sendable (any EventTransportRig) async throws -> Void) {
        self.description = description
        self.body = body
    }

    /// Runs the check.
    ///
    /// - Throws: ``ContractViolation``, or what the rig throws.
    public func run(on rig: any EventTransportRig) async throws {
        try await bounded("the end of the check \"\(description)\"") { try await body(rig) }
    }

    /// All checks.
    public static let all = listening + leaving + outages + publishing
}

extension EventTransportContract {
    private static let listening = [
        EventTransportContract("the first signal says how things stand") { rig in
            var signals = SignalReader(rig.transport.signals(on: ["wallets.w1.a"]))
            switch try await signals.next() {
            case .message: throw ContractViolation("a message came first")
            case .connected: return
            case .disconnected: try await signals.untilConnected()
            }
        },
        EventTransportContract("messages come with their bytes, in order") { rig in
            var signals = SignalReader(rig.transport.signals(on: ["wallets.w1.a"]))
            try await signals.untilConnected()
            let payloads = [Data([0, 255, 10, 13]), Data(), Data("{}".utf8), Data(repeating: 7, count: 100_000)]
            try await rig.send(payloads, to: "wallets.w1.a")
            for payload in payloads {
                let message = try await signals.untilMessage()
                try require(message.subject == "wallets.w1.a", "came as \(message.subject)")
                try require(message.payload == payload, "payload of \(message.payload.count) bytes")
            }
        },
        EventTransportContract("only subjects asked for are heard, and all of those") { rig in
            var signals = SignalReader(rig.transport.signals(on: ["wallets.w1.a", "wallets.w1.b"]))
            try await signals.untilConnected()
            for subject in ["wallets.w1.other", "wallets.w1.a", "wallets.w1.other", "wallets.w1.b"] {
                try await rig.send([Data("to \(subject)".utf8)], to: subject)
            }
            // Subjects are not ordered among each other.
            let subjects = Set([try await signals.untilMessage().subject, try await signals.untilMessage().subject])
            try require(subjects == ["wallets.w1.a", "wallets.w1.b"], "heard \(subjects)")
        },
        EventTransportContract("two listeners both hear a message") { rig in
            var first = SignalReader(rig.transport.signals(on: ["wallets.w1.a"]))
            var second = SignalReader(rig.transport.signals(on: ["wallets.w1.a"]))
            try await first.untilConnected()
            try await second.untilConnected()
            try await rig.send([Data("x".utf8)], to: "wallets.w1.a")
            let heard = [try await first.untilMessage().payload, try await second.untilMessage().payload]
            try require(heard == [Data("x".utf8), Data("x".utf8)], "heard \(heard)")
        },
        EventTransportContract("a burst of 10,000 comes whole, or its loss is reported") { rig in
            var signals = SignalReader(rig.transport.signals(on: ["wallets.w1.a"]))
            try await signals.untilConnected()
            try await rig.send((0..<10_000).map { Data(String($0).utf8) }, to: "wallets.w1.a")
            var expected = 0
            while expected < 10_000 {
                switch try await signals.next() {
                case .message(let message):
                    let number = String(decoding: message.payload, as: UTF8.self)
                    try require(number == String(expected), "\(number) came in place of \(expected)")
                    expected += 1
                case .disconnected:
                    return
                case .connected:
                    continue
                }
            }
        },
        EventTransportContract("a subject that is not allowed is named, and never counts as connected") { rig in
            var signals = SignalReader(rig.transport.signals(on: ["wallets.w1.a", rig.forbiddenSubject]))
            while true {
                let signal = try await signals.next()
                try require(signal != .connected, "said to be connected")
                if case .disconnected(let reason) = signal, reason.contains(rig.forbiddenSubject) { return }
            }
        },
    ]

    private static let leaving = [
        EventTransportContract("leaving the iteration frees the connection") { rig in
            try await iterateUntilConnected(rig.transport)
            try await untilNoConnection(rig)
        },
        EventTransportContract("cancelling the task ends the iteration, and frees the connection") { rig in
            let (connected, continuation) = AsyncStream.makeStream(of: Void.self)
            let listening = Task { [transport = rig.transport] in
                for await signal in transport.signals(on: ["wallets.w1.a"]) where signal == .connected {
                    continuation.yield()
                }
            }
            for await _ in connected { break }
            try require(try await rig.connectionCount() == 1, "there is not one connection")
            listening.cancel()
            await listening.value
            try await untilNoConnection(rig)
        },
        EventTransportContract("cancelling while there is no server ends the iteration") { rig in
            try await rig.stopServer()
            let (started, continuation) = AsyncStream.makeStream(of: Void.self)
            let listening = Task { [transport = rig.transport] in
                for await _ in transport.signals(on: ["wallets.w1.a"]) { continuation.yield() }
            }
            for await _ in started { break }
            listening.cancel()
            await listening.value
            try await rig.startServer()
            try await untilNoConnection(rig)
        },
    ]

    private static let outages = [
        EventTransportContract("a lost connection is told, and made again with its subscriptions") { rig in
            var signals = SignalReader(rig.transport.signals(on: ["wallets.w1.a"]))
            try await signals.untilConnected()
            for round in 1...2 {
                try await rig.stopServer()
                let reason = try await signals.untilDisconnected()
                try require(!reason.isEmpty, "no reason was given")
                try await rig.startServer()
                try await signals.untilConnected()
                // It is sent once: connected means that subscriptions stand.
                try await rig.send([Data("\(round)".utf8)], to: "wallets.w1.a")
                let message = try await signals.untilMessage()
                try require(message.payload == Data("\(round)".utf8), "another message came")
            }
        },
        EventTransportContract("without a server the first signal says so, and a later server is found") { rig in
            try await rig.stopServer()
            var signals = SignalReader(rig.transport.signals(on: ["wallets.w1.a"]))
            let first = try await signals.next()
            guard case .disconnected = first else { throw ContractViolation("the first signal is \(first)") }
            try await rig.startServer()
            try await signals.untilConnected()
            try await rig.send([Data("x".utf8)], to: "wallets.w1.a")
            _ = try await signals.untilMessage()
        },
    ]

    private static let publishing = [
        EventTransportContract("what is published comes back to who listens to it") { rig in
            var signals = SignalReader(rig.transport.signals(on: ["wallets.w1.echo"]))
            try await signals.untilConnected()
            try await rig.transport.publish(Data("alive".utf8), to: "wallets.w1.echo")
            let message = try await signals.untilMessage()
            try require(message.payload == Data("alive".utf8), "another message came back")
        },
        EventTransportContract("who is told of a connection can publish on it at once") { rig in
            for _ in 1...10 {
                var signals = SignalReader(rig.transport.signals(on: ["wallets.w1.echo"]))
                try await signals.untilConnected()
                try await rig.transport.publish(Data(), to: "wallets.w1.echo")
            }
        },
        EventTransportContract("publishing where it is not allowed fails, names the subject, and disturbs nothing") {
            rig in
            var signals = SignalReader(rig.transport.signals(on: ["wallets.w1.echo"]))
            try await signals.untilConnected()
            for _ in 1...2 {
                let error = await publishingError(rig, to: rig.forbiddenSubject)
                try require(error?.reason == .notAllowed, "the error is \(String(describing: error))")
                let detail = error?.detail ?? ""
                try require(detail.contains(rig.forbiddenSubject), "the detail is \(detail)")
            }
            try await rig.transport.publish(Data("alive".utf8), to: "wallets.w1.echo")
            let signal = try await signals.next()
            let echo = EventSignal.message(EventMessage(subject: "wallets.w1.echo", payload: Data("alive".utf8)))
            try require(signal == echo, "\(signal) came in place of the message")
        },
        EventTransportContract("publishing without a connection fails as not connected") { rig in
            var error = await publishingError(rig, to: "wallets.w1.echo")
            try require(
                error?.reason == .notConnected, "nobody listened, and the error is \(error as Any)")
            var signals = SignalReader(rig.transport.signals(on: ["wallets.w1.echo"]))
            try await signals.untilConnected()
            try await rig.stopServer()
            error = await publishingError(rig, to: "wallets.w1.echo")
            try require(
                error?.reason == .notConnected, "the server is away, and the error is \(error as Any)")
            _ = try await signals.untilDisconnected()
            error = await publishingError(rig, to: "wallets.w1.echo")
            try require(error?.reason == .notConnected, "that was told, and the error is \(error as Any)")
        },
    ]

    private static func iterateUntilConnected(_ transport: any EventTransport) async throws {
        for await signal in transport.signals(on: ["wallets.w1.a"]) where signal == .connected { return }
        throw ContractViolation("the stream of signals ended")
    }

    private static func untilNoConnection(_ rig: any EventTransportRig) async throws {
        // A server learns of a closed connection when it does: there is nothing to wait on but its own account.
        while try await rig.connectionCount() > 0 { try await Task.sleep(for: .milliseconds(5)) }
    }

    private static func publishingError(_ rig: any EventTransportRig, to subject: String) async -> EventTransportError?
    {
        do {
            try await rig.transport.publish(Data("x".utf8), to: subject)
            return nil
        } catch {
            return error
        }
    }
}
