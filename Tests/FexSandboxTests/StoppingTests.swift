import Logging
import ServiceLifecycle
import Testing

@testable import FexSandbox

@Suite struct StoppingTests {
    @Test func `what is cut off when it takes too long to end is no failure`() async throws {
        let stop = AsyncStream<Never>.makeStream()
        stop.continuation.finish()
        try await ServiceGroup.run(
            [.init(service: Endless(), failureTerminationBehavior: .gracefullyShutdownGroup)], stopsOnSignals: false,
            until: stop.stream, at: "nowhere", gracePeriod: .milliseconds(1),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// Ends by nothing but being cut off.
    private struct Endless: Service {
        func run() async throws { try await gracefulShutdown(); try await Task.sleep(for: .seconds(3600)) }
    }
}
