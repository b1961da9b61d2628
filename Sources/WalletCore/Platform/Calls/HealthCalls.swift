import FexHTTP

/// The call by which one sees whether the platform is there.
protocol HealthCalls: Sendable {
    /// Looks, without any secret, whether the platform answers.
    ///
    /// - Throws: ``PlatformError`` where it is out of reach, says that it is not well, or something else answers.
    func probeAPI() async throws
}

extension PlatformClient: HealthCalls {
    /// Asks without any secret whether anybody is there.
    var healthCall: PlatformCall { PlatformCall(address: endpoints.api.appending("/health"), needsToken: false) }

    func probeAPI() async throws {
        do { _ = try await answer(to: healthCall) } catch let error as PlatformError {
            // A platform that has no such path has answered.
            guard case .refused = error.reason else { throw error }
        }
    }
}
