import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

extension ServiceGroup {
    /// Runs services until a signal comes, a stream ends, or one of those that can't be missed does.
    ///
    /// - Parameters:
    ///   - stopsOnSignals: Whether SIGTERM and SIGINT stop them.
    ///   - stop: A stream whose end stops them.
    ///   - address: Where one of them listens.
    /// - Throws: ``SandboxError/address(_:)`` if that address can't be bound.
    static func run(
        _ services: [ServiceGroupConfiguration.ServiceConfiguration], stopsOnSignals: Bool,
        until stop: AsyncStream<Never>? = nil, at address: String, logger: Logger
    ) async throws {
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: stopsOnSignals ? [.sigterm, .sigint] : [], logger: logger)
        if let stop {
            group.services.append(
                .init(service: StopSignal(stream: stop), successTerminationBehavior: .gracefullyShutdownGroup))
        }
        group.maximumGracefulShutdownDuration = .seconds(5)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch is IOError {
            throw SandboxError.address(address)
        }
    }
}

/// Ends when its stream does, which stops everything that runs beside it.
private struct StopSignal: Service {
    let stream: AsyncStream<Never>

    /// Runs until the stream ends, or it is asked to stop.
    func run() async {
        await cancelWhenGracefulShutdown {
            for await _ in stream {}
        }
    }
}
