import Dispatch
import Synchronization

/// Runs what is asynchronous to its end: libFuzzer calls a target on a thread of its own, and takes it to be done at its return.
func waitFor<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
    let result = Result<Value>()
    Task.detached {
        let value = await body()
        result.value.withLock { $0 = value }
        result.isThere.signal()
    }
    result.isThere.wait()
    guard let value = result.value.withLock({ $0 }) else { fatalError("nothing was given") }
    return value
}

private final class Result<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
    let isThere = DispatchSemaphore(value: 0)
}
