import Foundation
import Logging
import NATSClient
import ServiceLifecycle

/// Publishes the events of committed changes in their order: to the wallet's own subject, and to the platform's.
struct EventPublisher: Service {
    private let services: Services
    private let destination: SandboxConfiguration.Events
    private let logger: Logger
    private let ready = AsyncStream<EventAddresses?>.makeStream()

    init(services: Services, destination: SandboxConfiguration.Events, logger: Logger) {
        self.services = services
        self.destination = destination
        self.logger = logger
    }

    /// Where wallets connect, once they can; `nil` where no events are published. To be asked once.
    func addresses() async -> EventAddresses? { await ready.stream.first { _ in true } ?? nil }

    /// Runs until it is asked to stop.
    ///
    /// - Throws: ``SandboxError`` where there is no server to publish to.
    func run() async throws {
        switch destination {
        case .none:
            ready.continuation.yield(nil)
            await publish { _ in }
        case .server(let url):
            try await publish(to: NATSOptions(url: url, name: "fex-sandbox"))
        case .child(let port):
            let server = EventServer(port: port, password: services.entropy.secret()) { [services] in
                try await services.store.transaction { try $0.wallets() }
            }
            try await server.withRunning { running in
                await services.eventAdmission.open(running.reload)
                try await publish(
                    to: NATSOptions(
                        url: running.addresses.nats, user: running.user, password: running.password,
                        name: "fex-sandbox"), webSocket: running.addresses.webSocket)
                await services.eventAdmission.close()
            }
        }
    }

    private func publish(to options: NATSOptions, webSocket: String? = nil) async throws {
        let connection: NATSConnection
        do {
            connection = try await NATSConnection.connect(options)
        } catch {
            throw SandboxError.eventServer(error.description)
        }
        var address = URLComponents(string: options.url)
        address?.user = nil
        address?.password = nil
        ready.continuation.yield(EventAddresses(nats: address?.string ?? options.url, webSocket: webSocket))
        let injector = EventFaults(faults: services.faults) { event in
            let payload = Data(event.payload.utf8)
            for subject in ["wallets.\(event.walletID).\(event.name)", event.name] {
                try connection.publish(payload, to: subject)
            }
        }
        await withTaskGroup { group in
            group.addTask { await injector.run() }
            await publish { events in
                for event in events { try injector.publish(event) }
                try await connection.flush(timeout: .seconds(5))
            }
            group.cancelAll()
        }
        await connection.close()
    }

    /// Delivers the queued events, and deletes each batch once it was delivered; after a failure it tries again.
    private func publish(_ deliver: @escaping @Sendable ([QueuedEvent]) async throws -> Void) async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let nudges = services.clock.nudges
                do {
                    let events = try await services.store.transaction { try $0.queuedEvents() }
                    guard let last = events.last?.position else {
                        await services.clock.wait(until: nil, since: nudges)
                        continue
                    }
                    try await deliver(events)
                    try await services.store.transaction { try $0.forgetEvents(upTo: last) }
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("events could not be published", metadata: ["error": "\(error)"])
                    try? await Task.sleep(for: .seconds(1))
                }
            }
        }
    }
}
