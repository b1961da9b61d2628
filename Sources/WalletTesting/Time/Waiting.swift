/// How long a test waits for what has to come about: far longer than it takes, on whatever machine.
private let patience: Duration = .seconds(120)

/// Waits until a condition holds that other tasks bring about; time passes on a driven clock only as it is told to here.
///
/// - Parameters:
///   - what: What is waited for, as a sentence for whoever reads why a test failed.
///   - clock: What is moved on before each further look.
///   - step: By how much it is moved on.
/// - Throws: ``ContractViolation`` that says what never came about, after two minutes of real time; `CancellationError`.
public func until(
    _ what: String, moving clock: DrivenClock? = nil, by step: Duration = .zero,
    _ condition: () async throws -> Bool
) async throws {
    let begin = ContinuousClock.now
    while !(try await condition()) {
        try Task.checkCancellation()
        guard ContinuousClock.now - begin < patience else { throw ContractViolation("in two minutes, never: \(what)") }
        for _ in 0..<20 { await Task.yield() }
        clock?.advance(by: step)
    }
}

/// Runs a body that may wait for what never comes, such as the next element of a stream, and cancels it then.
///
/// - Parameter what: What the body waits for, as a sentence for whoever reads why a test failed.
/// - Throws: What the body throws; ``ContractViolation`` that says what never came about, after two minutes of real time.
public func bounded<Value: Sendable>(
    _ what: String, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: patience)
            return nil
        }
        defer { group.cancelAll() }
        guard let value = try await group.next().flatMap({ $0 }) else {
            throw ContractViolation("in two minutes, never: \(what)")
        }
        return value
    }
}
