import FexValues
import Synchronization
import WalletCore

/// Asks the host, and waits for its answer.
final class HostQuestions: Sendable {
    private typealias Waiter = CheckedContinuation<HostAnswer, Never>

    private let asking: @Sendable (_ name: String, _ params: JSON) -> Int?
    private let withdrawing: @Sendable (_ question: Int) -> Void
    private let clock: any WalletClock
    private let state = Mutex(State())

    private struct State {
        /// Questions whose asker has not been answered.
        var open: Set<Int> = []
        var waiters: [Int: Waiter] = [:]
        /// Answers that came before their asker waited.
        var early: [Int: HostAnswer] = [:]
    }

    /// - Parameters:
    ///   - asking: Says the question to the host; nil where nobody is asked any more.
    ///   - withdrawing: Says that nobody waits for an answer any more.
    init(
        clock: any WalletClock = SystemClock(), asking: @escaping @Sendable (_ name: String, _ params: JSON) -> Int?,
        withdrawing: @escaping @Sendable (_ question: Int) -> Void
    ) {
        self.clock = clock
        self.asking = asking
        self.withdrawing = withdrawing
    }

    /// - Parameter patience: How long the answer is waited for; nil for as long as a person takes.
    /// - Returns: The answer; nil where time is up.
    /// - Throws: `CancellationError`.
    func ask(_ name: String, _ params: JSON = [:], patience: Duration? = nil) async throws -> HostAnswer? {
        // Under the lock: the answer may come before this returns.
        let question = state.withLock { state in
            let question = asking(name, params)
            if let question { state.open.insert(question) }
            return question
        }
        guard let question else { return .neverAsked }
        guard let patience else { return try await wait(for: question) }
        return try await withThrowingTaskGroup(of: HostAnswer?.self) { group in
            group.addTask { try await self.wait(for: question) }
            group.addTask { [clock] in
                try await clock.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    private func wait(for question: Int) async throws -> HostAnswer {
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let early: HostAnswer? = state.withLock { state in
                    if let early = state.early.removeValue(forKey: question) { return early }
                    state.waiters[question] = waiter
                    return nil
                }
                if let early { waiter.resume(returning: early) }
            }
        } onCancel: {
            withdrawing(question)
            resume(question, .withdrawn)
        }
        try Task.checkCancellation()
        return answer
    }

    /// The host has answered.
    func resume(_ question: Int, _ answer: HostAnswer) {
        let waiter: Waiter? = state.withLock { state in
            guard state.open.remove(question) != nil else { return nil }
            let waiter = state.waiters.removeValue(forKey: question)
            if waiter == nil { state.early[question] = answer }
            return waiter
        }
        waiter?.resume(returning: answer)
    }
}

extension HostAnswer {
    /// Of a question that was not said: the host has not heard of it.
    fileprivate static let neverAsked = HostAnswer.error(
        code: "closed", message: "the wallet is closed", mayHaveBeenSent: false)
    fileprivate static let withdrawn = HostAnswer.error(code: "cancelled", message: "cancelled", mayHaveBeenSent: true)
}
