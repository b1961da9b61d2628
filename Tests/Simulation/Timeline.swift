/// Virtual time, and the one thread on which all jobs of a simulation run, in an order drawn from its seed.
///
/// Nothing here is locked: whoever calls from another thread is stopped at once.
final class Timeline: TaskExecutor, @unchecked Sendable {
    private struct Entry {
        var at: Int64
        var order: Int
        var name: String
        var body: () -> Void
    }

    /// Milliseconds since the simulation began.
    private(set) var now: Int64 = 0
    private(set) var steps = 0
    /// Whether tasks went on and on without time passing.
    private(set) var isStuck = false
    /// More jobs than any moment has.
    private static let mostJobs = 20_000
    private var jobs: [UnownedJob] = []
    private var entries: [Entry] = []
    private var orders = 0
    private var random: SeededRandom
    private let thread = ThreadIdentity.current

    init(seed: UInt64) { random = SeededRandom(seed) }

    func enqueue(_ job: consuming ExecutorJob) {
        precondition(thread == .current, "a job came from another thread: the simulation is not deterministic")
        jobs.append(UnownedJob(job))
    }

    /// Has a body run when its time has come.
    @discardableResult
    func schedule(after delay: Int64, _ name: String, _ body: @escaping () -> Void) -> Int {
        orders += 1
        entries.append(Entry(at: now + max(0, delay), order: orders, name: name, body: body))
        var child = entries.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
        return orders
    }

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
        guard let first = entries.first, first.at <= end else {
            now = max(now, end)
            return nil
        }
        removeFirst()
        now = first.at
        steps += 1
        first.body()
        drain()
        return first.name
    }

    /// Forgets what was to come.
    func forget() { entries = [] }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (entries[left].at, entries[left].order) < (entries[right].at, entries[right].order)
    }

    private func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count && isBefore(child, least) {
                least = child
            }
            guard least != parent else { return }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}

private final class Box<Value>: @unchecked Sendable {
    var value: Value?
}
