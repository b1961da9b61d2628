import CCurl
import FexHTTP
import Foundation
import Synchronization

/// The thread on which libcurl lives, and the way onto it.
///
/// Callers leave jobs and cancellations in one state behind one lock and wake the thread; handles are made, used and
/// freed on the thread alone.
final class CurlLoop: Sendable {
    let liveHandles = CurlHandleCount()
    private let trust: TLSTrust
    private let state = Mutex(CurlLoopState())

    init(trust: TLSTrust) {
        self.trust = trust
    }

    /// Carries out one request; cancelling the task ends it.
    func perform(_ call: HTTPCall, at address: HTTPAddress, within timeLeft: Duration) async -> CurlOutcome {
        let id = state.withLock { $0.nextID() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { reply in
                submit(CurlJob(id: id, call: call, address: address, timeLeft: timeLeft, reply: reply))
            }
        } onCancel: {
            state.withLock { $0.cancel(id) }
        }
    }

    /// Asks the thread to end.
    func stop() {
        _ = state.withLock { $0.stop() }
    }

    /// Asks the thread to end and waits until it has freed everything.
    func shutdown() async {
        await withCheckedContinuation { waiter in
            let isStopped = state.withLock { state in
                let isStopped = state.stop()
                if !isStopped { state.shutdownWaiters.append(waiter) }
                return isStopped
            }
            if isStopped { waiter.resume() }
        }
    }

    private func submit(_ job: CurlJob) {
        // A task cancelled before this point has called `cancel` for a job that nobody knew.
        guard !Task.isCancelled else {
            return job.reply.resume(returning: .notBegun(.cancelled, detail: "the task was cancelled"))
        }
        switch state.withLock({ $0.submit(job) }) {
        case .accepted:
            break
        case .acceptedForNewThread:
            let thread = Thread { self.run() }
            thread.name = "fex.curl"
            thread.start()
        case .refused:
            return job.reply.resume(returning: .notBegun(.cancelled, detail: "the transport was shut down"))
        }
        // Nor was it known to a cancellation that came in between.
        if Task.isCancelled {
            state.withLock { $0.cancel(job.id) }
        }
    }

    /// The thread's life.
    private func run() {
        // Writing to a closed connection must not end the process; libcurl leaves that to its host.
        SignalMask.blockBrokenPipe()
        if let multi = CurlMulti() {
            serve(multi)
        }
        fex_leave_openssl()
        let (leftover, waiters) = state.withLock { $0.finish() }
        for job in leftover {
            job.reply.resume(returning: .notBegun(.unreachable, detail: "libcurl could not go on"))
        }
        waiters.forEach { $0.resume() }
    }

    /// Carries out jobs until asked to end; the multi handle is freed when this returns.
    private func serve(_ multi: CurlMulti) {
        state.withLock { $0.attach(multi.wakeup) }
        // From the end of this function on nobody may wake the handle.
        defer { state.withLock { $0.detach() } }
        let transfers = CurlTransfers(multi, liveHandles: liveHandles, trust: trust)
        while true {
            let work = state.withLock { $0.take() }
            work.submitted.forEach(transfers.start)
            work.cancelled.forEach(transfers.cancel)
            guard !work.isStopping else { return transfers.cancelAll() }
            guard transfers.turn() else { return transfers.failAll() }
        }
    }
}
