import Dispatch
import Synchronization

/// Runs what is asynchronous to its end, on this thread: libFuzzer takes a target to be done at its return, and to go from one
/// thread to another takes longer than most inputs do.
func waitFor<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
    let thread = CallingThread()
    let result = Box<Value>()
    let task = Task(executorPreference: thread) {
        let value = await body()
        result.value.withLock { $0 = value }
    }
    defer { withExtendedLifetime(task) {} }
    while true {
        if let value = result.value.withLock({ $0 }) { return value }
        thread.runNext()
    }
}

private final class Box<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}

/// The thread that waits, as what runs the task's parts.
private final class CallingThread: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])
    private let count = DispatchSemaphore(value: 0)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        count.signal()
    }

    /// Runs the part that has waited longest; waits where there is none.
    func runNext() {
        count.wait()
        let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        unsafe job?.runSynchronously(on: asUnownedTaskExecutor())
    }
}
