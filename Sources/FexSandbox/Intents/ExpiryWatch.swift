import ServiceLifecycle

/// Expires intents and posts refunds when their time comes, also when nobody asks for them.
struct ExpiryWatch: Service {
    let services: Services

    /// Runs until it is asked to stop.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let nudges = services.clock.nudges
                // Each transaction first does what is due.
                let next = try? await services.store.transaction { try $0.nextDue() }
                await services.clock.wait(until: next ?? nil, since: nudges)
            }
        }
    }
}
