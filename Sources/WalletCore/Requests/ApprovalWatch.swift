import FexValues

/// Looks at the device now, again whenever requests were written there, and again when the time has come by which what is
/// shown changes: nobody has to write anything for a request to expire.
struct ApprovalWatch<Element: Sendable>: AsyncSequence, Sendable {
    /// What one look finds.
    struct Found: Sendable {
        /// What is to be shown; `nil` if that is what was shown last.
        var element: Element?
        /// When, on the platform's clock, another look is due if nothing is written; `nil` for never.
        var next: Timestamp?
    }

    /// One look, at a time of the platform's.
    typealias Look = @Sendable (Timestamp) async throws -> Found

    let store: WalletStore
    let time: ServerTime
    let clock: any WalletClock
    /// Begins with nothing shown.
    let begin: @Sendable () -> Look

    func makeAsyncIterator() -> Iterator { Iterator(watch: self, look: begin()) }

    struct Iterator: AsyncIteratorProtocol {
        /// What was so when it last looked.
        private struct Mark {
            var changes: Int
            var corrections: Int
            var next: Timestamp?
        }

        private let watch: ApprovalWatch
        private let look: Look
        private var changes: CurrentValue<Int>?
        private var last: Mark?

        fileprivate init(watch: ApprovalWatch, look: @escaping Look) {
            self.watch = watch
            self.look = look
        }

        /// - Returns: `nil` once the task is cancelled.
        mutating func next() async throws -> Element? {
            do {
                let changes = try await hearChanges()
                while true {
                    if let last { try await wait(past: last, changes) }
                    try Task.checkCancellation()
                    var mark = Mark(changes: changes.value, corrections: watch.time.corrections.value)
                    let found = try await look(watch.time.now())
                    mark.next = found.next
                    last = mark
                    if let element = found.element { return element }
                }
            } catch is CancellationError {
                return nil
            }
        }

        private mutating func hearChanges() async throws -> CurrentValue<Int> {
            if let changes { return changes }
            let changes = try await watch.store.watchedApprovalChanges()
            self.changes = changes
            return changes
        }

        private func wait(past last: Mark, _ changes: CurrentValue<Int>) async throws {
            let (time, clock) = (watch.time, watch.clock)
            let pause = last.next?.duration(since: time.now())
            if let pause, pause <= .zero { return }
            try await withThrowingTaskGroup(of: Void.self) { group in
                if let pause { group.addTask { try await clock.sleep(for: pause) } }
                for (counter, seen) in [(changes, last.changes), (time.corrections, last.corrections)] {
                    group.addTask {
                        for await count in counter.watch() where count != seen { return }
                        try Task.checkCancellation()
                    }
                }
                try await group.next()
                group.cancelAll()
            }
        }
    }
}
