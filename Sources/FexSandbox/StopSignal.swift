import ServiceLifecycle

/// Ends when its stream does, which stops everything that runs beside it.
struct StopSignal: Service {
    let stream: AsyncStream<Never>

    /// Runs until the stream ends, or it is asked to stop.
    func run() async {
        await cancelWhenGracefulShutdown {
            for await _ in stream {}
        }
    }
}
