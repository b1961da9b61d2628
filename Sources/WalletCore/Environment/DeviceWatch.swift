import FexValues
import Synchronization

/// Looks at the device now, again whenever something that counts has changed there, and again when the time has come by which
/// what is shown changes: nobody has to write anything for a request to expire.
struct DeviceWatch<Element: Sendable>: AsyncSequence, Sendable {
    /// What one look finds.
    struct Found: Sendable {
        /// What is to be shown; `nil` if that is what was shown last.
        var element: Element?
        /// When, on the platform's clock, another look is due if nothing is written; `nil` for never.
        var next: Timestamp?
    }

    /// One look, at a time of the platform's.
    typealias Look = @Sendable (Timestamp) async throws -> Found

    /// Counts of changes, each of which is a reason to look.
    typealias Counts = [any ChangeCount]

    /// What counts; the device's time always does.
    let hear: @Sendable () async throws -> Counts
    let time: ServerTime
    let clock: any WalletClock
    /// Begins with nothing shown.
    let begin: @Sendable () -> Look

    func makeAsyncIterator() -> Iterator { Iterator(watch: self, look: begin()) }

    struct Iterator: AsyncIteratorProtocol {
        /// What was so when it last looked.
        private struct Mark {
            var counts: [Int]
            var next: Timestamp?
        }

        private let watch: DeviceWatch
        private let look: Look
        private var counts: Counts?
        private var last: Mark?

        fileprivate init(watch: DeviceWatch, look: @escaping Look) {
            self.watch = watch
            self.look = look
        }

        /// - Returns: `nil` once the task is cancelled.
        mutating func next() async throws -> Element? {
            do {
                let counts = try await hearChanges()
                while true {
                    if let last { try await wait(past: last, counts) }
                    try Task.checkCancellation()
                    var mark = Mark(counts: counts.map { $0.value })
                    let found = try await look(watch.time.now())
                    mark.next = found.next
                    last = mark
                    if let element = found.element { return element }
                }
            } catch is CancellationError {
                return nil
            }
        }

        private mutating func hearChanges() async throws -> Counts {
            if let counts { return counts }
            let counts = try await watch.hear() + [watch.time.corrections]
            self.counts = counts
            return counts
        }

        private func wait(past last: Mark, _ counts: Counts) async throws {
            let (time, clock) = (watch.time, watch.clock)
            let pause = last.next?.duration(since: time.now())
            if let pause, pause <= .zero { return }
            try await withThrowingTaskGroup(of: Void.self) { group in
                if let pause { group.addTask { try await clock.sleep(for: pause) } }
                for (counter, seen) in zip(counts, last.counts) {
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

/// A number that changes with what it counts.
protocol ChangeCount: Sendable {
    var value: Int { get }
    /// The number now, and whenever it changes.
    func watch() -> AsyncStream<Int>
}

extension CurrentValue: ChangeCount where Value == Int {}

/// What was shown last.
final class Shown<Value: Equatable & Sendable>: Sendable {
    private let last = Mutex<Value?>(nil)

    /// The value, if it is another than was shown last; from now on it is that.
    func exchange(_ value: Value) -> Value? {
        last.withLock { last in
            guard last != value else { return nil }
            last = value
            return value
        }
    }
}
