import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

extension ServiceGroup {
    /// Runs services until a signal comes, a stream ends, or an indispensable service ends.
    ///
    /// - Parameters:
    ///   - stopsOnSignals: Whether SIGTERM and SIGINT stop them.
    ///   - stop: A stream whose end stops them.
    ///   - address: Where one of them listens.
    ///   - gracePeriod: How long a graceful shutdown may take; what is under way then is cancelled.
    /// - Throws: ``SandboxError/address(_:)`` if that address can't be bound.
    static func run(
        _ services: [ServiceGroupConfiguration.ServiceConfiguration], stopsOnSignals: Bool,
        until stop: AsyncStream<Never>? = nil, at address: String,
        gracePeriod: Duration = .seconds(5), logger: Logger
    ) async throws {
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: stopsOnSignals ? [.sigterm, .sigint] : [], logger: logger)
        if let stop {
            group.services.append(
                .init(service: StopSignal(stream: stop), successTerminationBehavior: .gracefullyShutdownGroup))
        }
        group.maximumGracefulShutdownDuration = gracePeriod
        do {
            try await ServiceGroup(configuration: group).run()
        } catch is IOError {
            throw SandboxError.address(address)
        } catch is CancellationError where !Task.isCancelled {
            // The grace period ended first, and the group cancelled its services: that they throw is no failure.
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
