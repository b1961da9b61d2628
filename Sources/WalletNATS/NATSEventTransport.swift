import FexValues
public import Foundation
import Mailboxes
import NATSClient
public import WalletCore

/// Events over NATS: each ``signals(on:)`` has a connection of its own, made again for ever.
///
/// A connection counts as standing once the server has answered to its subscriptions. One that the server refuses a
/// subscription is of no use: it is given up with the server's reason, and tried again after a pause. So are refused
/// credentials, which are asked for anew at each attempt.
public final class NATSEventTransport: EventTransport {
    private let url: String
    private let name: String
    private let authorities: String?
    private let connectTimeout: Duration
    private let clock: any Clock<Duration>
    private let reconnecting: ReconnectingSignals
    private let credentials: @Sendable () async throws -> EventCredentials?
    private let standing = StandingConnections<NATSConnection>()

    /// A transport; nothing is connected before someone listens.
    ///
    /// - Parameters:
    ///   - url: `nats://host:port` or `tls://host:port`. Userinfo in it is used in place of `credentials`.
    ///   - name: A name for the connections, which the server shows to its operator.
    ///   - authorities: The path of a PEM file with authorities to trust beside the system's.
    ///   - pauses: How long to wait between attempts.
    ///   - connectTimeout: How long one attempt may take.
    ///   - clock: What pauses are waited on.
    ///   - randomness: Where the chance in the pauses comes from.
    ///   - credentials: Asked before each attempt; `nil` connects without any. An error makes the attempt fail.
    public init(
        url: String,
        name: String = "fex-wallet",
        authorities: String? = nil,
        pauses: ReconnectPauses = ReconnectPauses(),
        connectTimeout: Duration = .seconds(5),
        clock: any Clock<Duration> = ContinuousClock(),
        randomness: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        credentials: @escaping @Sendable () async throws -> EventCredentials? = { nil }
    ) {
        self.url = url
        self.name = name
        self.authorities = authorities
        self.connectTimeout = connectTimeout
        self.clock = clock
        reconnecting = ReconnectingSignals(pauses: pauses, clock: clock, randomness: randomness)
        self.credentials = credentials
    }

    /// Listens on a connection of its own, with as many subscriptions as there are different subjects.
    ///
    /// A reader that is too slow loses messages; it is then told that it was disconnected, and how many it lost.
    public func signals(on subjects: [String]) -> AsyncStream<EventSignal> {
        reconnecting.stream { mailbox in await self.listenOnce(on: subjects, into: mailbox) }
    }

    /// Ends all connections, and returns when they are gone; one that is still being made is awaited for a second. Streams end,
    /// also those that are begun later.
    public func shutdown() async { await reconnecting.shutdown() }

    /// Publishes on a connection that someone listens on, and returns once the server has taken the message.
    ///
    /// - Throws: ``/WalletCore/EventTransportError``: `failed` also if the server does not answer for five seconds; it
    ///   may have the message then.
    public func publish(_ payload: Data, to subject: String) async throws(EventTransportError) {
        guard let connection = standing.oldest else {
            throw EventTransportError(.notConnected, detail: "there is no connection to the event server")
        }
        let events = connection.listen()
        do {
            try connection.publish(payload, to: subject)
            try await connection.flush(timeout: .seconds(5))
        } catch {
            throw EventTransportError(error)
        }
        // That something was refused is noted before the flush returns; what it was is heard a moment later.
        guard connection.lastError == .permissionDenied else { return }
        if await isDenied(NATSDenial(operation: .publish, subject: subject), within: .milliseconds(250), events) {
            throw EventTransportError(.notAllowed, detail: "the event server does not allow to publish to \(subject)")
        }
    }

    private func isDenied(_ denial: NATSDenial, within limit: Duration, _ events: AsyncStream<NATSEvent>) async -> Bool
    {
        await withTaskGroup(of: Bool.self) { [clock] group in
            group.addTask {
                for await event in events {
                    if case .problem(let problem) = event, problem.denial == denial { return true }
                }
                return false
            }
            group.addTask {
                try? await clock.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }
}

extension NATSEventTransport {
    /// Lives through one connection.
    ///
    /// - Returns: Why it ended, or never came to be.
    private func listenOnce(on subjects: [String], into mailbox: Mailbox<SignalQueue>) async -> String {
        let connection: NATSConnection
        do {
            connection = try await NATSConnection.connect(await options())
        } catch let error as NATSError {
            return error.code == .insecure ? "no secure connection: \(error.detail)" : error.detail
        } catch {
            // Whose error it is is not known, nor what it would tell.
            return "there are no credentials for the event server"
        }
        let session = EventSession(connection: connection, mailbox: mailbox)
        let reason = await session.run(on: subjects) { isStanding in
            isStanding ? standing.enter(connection) : standing.leave(connection)
        }
        await connection.close()
        return reason
    }

    private func options() async throws -> NATSOptions {
        var options = NATSOptions(url: url, name: name)
        // Each connection is a new one: with credentials of now, and subscriptions that the server has answered to.
        options.reconnects = false
        options.authorities = authorities
        options.connectTimeout = connectTimeout
        // Each question would wake the device, and an echo proves more: that something is heard. Where nothing was heard for
        // two minutes, the server asks.
        options.pingInterval = .seconds(3600)
        if !options.hasUserinfo, let credentials = try await credentials() {
            options.user = credentials.user
            options.password = credentials.password
        }
        return options
    }
}

extension EventTransportError {
    /// What a failure to publish is to whoever asked for it.
    init(_ error: NATSError) {
        let reason: Reason =
            switch error.code {
            case .notConnected, .closed, .unreachable: .notConnected
            case .permissionDenied: .notAllowed
            default: .failed
            }
        self.init(reason, detail: PlainText.clean(error.detail, limit: 200))
    }
}
