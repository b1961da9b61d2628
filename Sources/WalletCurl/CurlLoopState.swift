/// What the loop's thread and its callers share: what was asked for since the thread last looked, and whether it lives.
struct CurlLoopState {
    /// What became of a job that was left here.
    enum Submission {
        case accepted
        /// The caller has to start a thread.
        case acceptedForNewThread
        case refused
    }

    /// What the thread finds when it looks.
    struct Work {
        var submitted: [CurlJob] = []
        var cancelled: [CurlJob.ID] = []
        var isStopping = false

        var isEmpty: Bool { submitted.isEmpty && cancelled.isEmpty && !isStopping }
    }

    private enum Thread {
        /// There is none: no call was made yet, or libcurl failed.
        case none
        /// There is one, which will look here before it waits.
        case busy
        /// There is one that may be waiting, and can be woken.
        case wakeable(CurlWakeup)
    }

    var shutdownWaiters: [CheckedContinuation<Void, Never>] = []
    private var thread = Thread.none
    private var work = Work()
    private var lastID: CurlJob.ID = 0

    mutating func nextID() -> CurlJob.ID {
        lastID += 1
        return lastID
    }

    /// Leaves a job for the thread, and wakes it.
    mutating func submit(_ job: CurlJob) -> Submission {
        guard !work.isStopping else { return .refused }
        wakeIfNothingIsLeft()
        work.submitted.append(job)
        guard case .none = thread else { return .accepted }
        thread = .busy
        return .acceptedForNewThread
    }

    /// Leaves a cancellation for the thread, and wakes it. The job may be over or unknown.
    mutating func cancel(_ id: CurlJob.ID) {
        if case .none = thread { return }
        wakeIfNothingIsLeft()
        work.cancelled.append(id)
    }

    /// Asks the thread to end, and refuses jobs from now on.
    ///
    /// - Returns: Whether there is no thread to wait for.
    mutating func stop() -> Bool {
        wakeIfNothingIsLeft()
        work.isStopping = true
        if case .none = thread { return true }
        return false
    }

    /// The thread has a multi handle.
    mutating func attach(_ wakeup: CurlWakeup) {
        thread = .wakeable(wakeup)
    }

    /// Hands the thread what was left, and forgets it, but for the wish to stop.
    mutating func take() -> Work {
        defer { work = Work(isStopping: work.isStopping) }
        return work
    }

    /// The thread is about to free its multi handle, which nobody wakes any more.
    mutating func detach() {
        thread = .busy
    }

    /// The thread has freed everything and ends.
    ///
    /// - Returns: Jobs that it never began, and those who wait for its end.
    mutating func finish() -> (leftover: [CurlJob], waiters: [CheckedContinuation<Void, Never>]) {
        thread = .none
        defer { shutdownWaiters = [] }
        return (take().submitted, shutdownWaiters)
    }

    /// A thread that was woken and has not looked yet need not be woken again.
    private func wakeIfNothingIsLeft() {
        if work.isEmpty, case .wakeable(let wakeup) = thread {
            wakeup.wake()
        }
    }
}
