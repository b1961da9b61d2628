import Testing
import WalletTesting

/// Waits for what other tasks bring on; no time passes on the wallet's clock but what is given.
///
/// The wait ends: a test that can't get there says where it stood, and doesn't hang to its limit.
///
/// - Parameters:
///   - clock: What is moved on before each further look.
///   - step: By how much it is moved on.
func until(
    moving clock: DrivenClock? = nil, by step: Duration = .zero, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let begin = ContinuousClock.now
    while !(try await condition()) {
        try Task.checkCancellation()
        guard ContinuousClock.now - begin < .seconds(300) else {
            Issue.record("this has not come about in five minutes", sourceLocation: sourceLocation)
            throw NeverCameAbout()
        }
        for _ in 0..<20 { await Task.yield() }
        clock?.advance(by: step)
    }
}

struct NeverCameAbout: Error {}
