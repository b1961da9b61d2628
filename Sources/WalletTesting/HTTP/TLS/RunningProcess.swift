#if os(Linux) || os(macOS)
    import Foundation
    import Synchronization

    #if canImport(Glibc)
        import Glibc
    #endif

    /// A process whose end is awaited without holding a thread, as Foundation's own wait does.
    final class RunningProcess: Sendable {
        private final class Ending: Sendable {
            let state = Mutex<(status: Int32?, waiters: [CheckedContinuation<Int32, Never>])>((nil, []))
        }

        private let identifier: pid_t
        private let ending: Ending

        /// Starts a process.
        init(_ process: Process) throws {
            let ending = Ending()
            process.terminationHandler = { process in
                let status = process.terminationStatus
                let waiters = ending.state.withLock { state in
                    state.status = status
                    return state.waiters
                }
                waiters.forEach { $0.resume(returning: status) }
            }
            try process.run()
            identifier = process.processIdentifier
            self.ending = ending
        }

        /// Returns the status with which the process ends.
        func status() async -> Int32 {
            await withCheckedContinuation { continuation in
                let status = ending.state.withLock { state in
                    if state.status == nil { state.waiters.append(continuation) }
                    return state.status
                }
                if let status { continuation.resume(returning: status) }
            }
        }

        /// Ends the process and returns when it has ended.
        func end() async {
            // No gentler signal: the child of a concurrency thread is born with those blocked.
            _ = kill(identifier, SIGKILL)
            _ = await status()
        }
    }
#endif
