import HeapModule

/// Virtual time, and the one thread on which all jobs of a simulation run, in an order drawn from its seed.
///
/// Nothing here is locked: whoever calls from another thread is stopped at once.
final class Timeline: TaskExecutor, @unchecked Sendable {
    /// Entries of the same moment come in the order in which they were scheduled: a heap alone promises none.
    private struct Entry: Comparable {
        var at: Int64
        var order: Int
        var name: String
        var body: () -> Void

        static func < (left: Entry, right: Entry) -> Bool { (left.at, left.order) < (right.at, right.order) }
        static func == (left: Entry, right: Entry) -> Bool { left.order == right.order }
    }

    /// Milliseconds since the simulation began.
    private(set) var now: Int64 = 0
    private(set) var steps = 0
    /// Whether tasks went on and on without time passing.
    private(set) var isStuck = false
    /// More jobs than any moment has.
    private static let mostJobs = 20_000
    private var jobs: [UnownedJob] = []
    private var entries = Heap<Entry>()
    /// The orders of entries that are not to come.
    private var cancelled: Set<Int> = []
    private var orders = 0
    private var random: SeededRandom
    private let thread = ThreadIdentity.current

    init(seed: UInt64) { random = SeededRandom(seed) }

    func enqueue(_ job: consuming ExecutorJob) {
        precondition(thread == .current, "a job came from another thread: the simulation is not deterministic")
        jobs.append(UnownedJob(job))
    }

    /// Has a body run when its time has come.
    ///
    /// - Returns: What ``cancel(_:)`` knows it by.
    @discardableResult
    func schedule(after delay: Int64, _ name: String, _ body: @escaping () -> Void) -> Int {
        orders += 1
        entries.insert(Entry(at: now + max(0, delay), order: orders, name: name, body: body))
        return orders
    }

    /// Has a body not run after all, whose time has not come.
    func cancel(_ entry: Int) { cancelled.insert(entry) }

    /// Begins a task whose every part runs on this thread.
    @discardableResult
    func run(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: self) { await body() }
    }

    /// Runs a task to its end at once; it must wait for nothing.
    func immediately<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) -> Value? {
        let box = Box<Value>()
        run { box.value = try? await body() }
        drain()
        return box.value
    }

    /// Runs all jobs there are; those that never wait for anything are left after very many.
    func drain() {
        var left = Timeline.mostJobs
        while !jobs.isEmpty {
            guard left > 0 else { return isStuck = true }
            left -= 1
            let index = jobs.count == 1 ? 0 : random.int(0...(jobs.count - 1))
            let job = jobs.remove(at: index)
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    /// Lets time go on to the next entry and runs it with all that follows from it at once.
    ///
    /// - Returns: Its name; `nil` if none is left before the end.
    func step(until end: Int64) -> String? {
        guard let first = nextEntry(until: end) else {
            now = max(now, end)
            return nil
        }
        now = first.at
        steps += 1
        first.body()
        drain()
        return first.name
    }

    private func nextEntry(until end: Int64) -> Entry? {
        while let first = entries.min, first.at <= end {
            entries.removeMin()
            guard cancelled.remove(first.order) != nil else { return first }
        }
        return nil
    }

    /// Forgets what was to come.
    func forget() { entries = Heap() }
}

private final class Box<Value>: @unchecked Sendable {
    var value: Value?
}
