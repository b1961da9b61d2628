import FexValues
public import Foundation
import Mailboxes
public import WalletCore

/// Events over NATS in WebSockets, for systems without libnats: phones above all.
///
/// ```swift
/// let events = NATSOverWebSocketEventTransport(
///     url: "wss://events.example.com", connector: URLSessionWebSocketConnector(),
///     credentials: { await EventCredentials(in: secrets, for: "wss://events.example.com") })
/// ```
///
/// Each ``signals(on:)`` has a connection of its own, made again for ever. It counts as standing once the server has answered to
/// its subscriptions. One that the server refuses a subscription is given up with the server's reason, and tried again after a
/// pause. So are refused credentials, which are asked for anew at each attempt.
///
/// > Important: Leave compression off at the server (`compression: false` in its `websocket` block): none is asked for here, and
/// > what is compressed together with secrets tells of them by its length.
public final class NATSOverWebSocketEventTransport: EventTransport {
    private let url: String
    private let connector: any WebSocketConnector
    private let name: String
    private let allowsInsecureWay: Bool
    private let times: ConnectionTimes
    private let clock: any Clock<Duration>
    private let reconnecting: ReconnectingSignals
    private let credentials: @Sendable () async throws -> EventCredentials?
    private let standing = StandingConnections<EventConnection>()

    /// A transport; nothing is connected before someone listens.
    ///
    /// - Parameters:
    ///   - url: `wss://host:port/path`, or `ws://` for a server of this machine by its address. Userinfo in it is used in place
    ///     of `credentials`.
    ///   - connector: Makes WebSocket connections.
    ///   - name: A name for the connections, which the server shows to its operator.
    ///   - allowsInsecureWay: Whether a server elsewhere may be spoken to in the clear by `ws://`.
    ///   - pauses: How long to wait between attempts.
    ///   - times: How long to wait for what on a connection.
    ///   - clock: By which is waited.
    ///   - randomness: Where the chance in the pauses comes from.
    ///   - credentials: Asked before each attempt; `nil` connects without any. An error makes the attempt fail.
    public init(
        url: String,
        connector: any WebSocketConnector,
        name: String = "fex-wallet",
        allowsInsecureWay: Bool = false,
        pauses: ReconnectPauses = ReconnectPauses(),
        times: ConnectionTimes = ConnectionTimes(),
        clock: any Clock<Duration> = ContinuousClock(),
        randomness: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        credentials: @escaping @Sendable () async throws -> EventCredentials? = { nil }
    ) {
        self.url = url
        self.connector = connector
        self.name = name
        self.allowsInsecureWay = allowsInsecureWay
        self.times = times
        self.clock = clock
        self.credentials = credentials
        reconnecting = ReconnectingSignals(pauses: pauses, clock: clock, randomness: randomness)
    }

    /// Listens on a connection of its own, with as many subscriptions as there are different subjects.
    ///
    /// A reader that is too slow loses messages; it is then told that it was disconnected, and how many it lost.
    public func signals(on subjects: [String]) -> AsyncStream<EventSignal> {
        reconnecting.stream { mailbox in await self.listenOnce(on: subjects, into: mailbox) }
    }

    /// Ends all connections, and returns when they are gone. Streams end, also those that are begun later.
    public func shutdown() async { await reconnecting.shutdown() }

    /// Publishes on a connection that someone listens on, and returns once the server has taken the message.
    ///
    /// - Throws: `EventTransportError`: `notConnected` also if the connection ends before the server has answered, which it has
    ///   to within ``ConnectionTimes/answer``; it may have the message then. `failed` for a subject that is none, and for a payload
    ///   larger than 1 MiB or than the server takes.
    public func publish(_ payload: Data, to subject: String) async throws(EventTransportError) {
        let checked: EventSubject
        do throws(BadSubject) {
            checked = try EventSubject(publishing: subject)
        } catch {
            throw EventTransportError(.failed, detail: error.description)
        }
        guard let connection = standing.oldest else {
            throw EventTransportError(.notConnected, detail: "there is no connection to the event server")
        }
        try await connection.publish(payload, to: checked)
    }
}

extension NATSOverWebSocketEventTransport {
    /// Lives through one connection.
    ///
    /// - Returns: Why it ended, or never came to be.
    private func listenOnce(on subjects: [String], into mailbox: Mailbox<SignalQueue>) async -> String {
        let machine: ConnectionMachine
        let address: EventServerAddress
        let known: EventCredentials?
        do {
            address = try EventServerAddress(url, allowsInsecureWay: allowsInsecureWay)
            let subscriptions = try Set(subjects).sorted().map { try EventSubject(subscribing: $0) }
            known = try await currentCredentials(address)
            // With no password, what stands before the @ of an address is a token.
            let isToken = address.credentials?.password.value.isEmpty == true
            let greeting = ClientGreeting(
                name: name, user: isToken ? nil : known?.user,
                password: isToken ? known.map { Redacted($0.user) } : known?.password)
            machine = ConnectionMachine(greeting, subscriptions: subscriptions, times: times)
        } catch {
            return Self.reason(error)
        }
        let reason: String
        do throws(WebSocketError) {
            let socket = try await connect(to: address.url)
            let connection = EventConnection(
                socket, machine: machine, mailbox: mailbox, standing: standing, clock: clock)
            reason = await connection.run().description
        } catch {
            reason = error.code == .insecure ? "no secure connection: \(error)" : error.description
        }
        // Some servers repeat what they were sent when they refuse it.
        return known?.password.withheld(from: reason) ?? reason
    }

    private func currentCredentials(_ address: EventServerAddress) async throws -> EventCredentials? {
        if let own = address.credentials { return own }
        do {
            return try await credentials()
        } catch {
            throw NoCredentials()
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as BadSubject: error.description
        case let error as BadAddress: error.description
        case let error as InsecureAddress: error.description
        // Whose error it is is not known, nor what it would tell.
        default: "there are no credentials for the event server"
        }
    }

    /// Connects, within the time that there is.
    private func connect(to url: URL) async throws(WebSocketError) -> any WebSocketConnection {
        typealias Outcome = Result<any WebSocketConnection, WebSocketError>
        let (connector, clock, limit) = (connector, clock, times.connecting)
        let outcome = await withTaskGroup(of: Outcome?.self) { group -> Outcome? in
            group.addTask {
                do throws(WebSocketError) {
                    return .success(try await connector.connect(to: url))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                try? await clock.sleep(for: limit)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            // A connection that was made too late, or for nobody.
            for await late in group {
                if first == nil, case .success(let socket) = late { socket.close() }
            }
            return first
        }
        guard let outcome else { throw WebSocketError(.unreachable, detail: "the event server did not answer in time") }
        return try outcome.get()
    }
}

/// There are no credentials to be had.
private struct NoCredentials: Error {}
