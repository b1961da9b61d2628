import FexHTTP

/// The transfers under way on the loop's thread, and what is done with them. Never leaves that thread.
final class CurlTransfers {
    private let multi: CurlMulti
    private let liveHandles: CurlHandleCount
    private let trust: TLSTrust
    private var underWay: [CurlJob.ID: CurlTransfer] = [:]

    init(_ multi: CurlMulti, liveHandles: CurlHandleCount, trust: TLSTrust) {
        self.multi = multi
        self.liveHandles = liveHandles
        self.trust = trust
    }

    /// Begins a job.
    func start(_ job: CurlJob) {
        if let transfer = prepare(job) {
            underWay[job.id] = transfer
        } else {
            job.reply.resume(returning: .notBegun(.unreachable, detail: "libcurl could not take the request"))
        }
    }

    /// Ends a job whose task was cancelled; does nothing if it is over.
    func cancel(_ id: CurlJob.ID) {
        end(id) { .failure($0.error(.cancelled, detail: "the task was cancelled")) }
    }

    /// Ends all jobs because the transport is going away.
    func cancelAll() {
        for id in Array(underWay.keys) {
            end(id) { .failure($0.error(.cancelled, detail: "the transport was shut down")) }
        }
    }

    /// Ends all jobs because libcurl can't go on.
    func failAll() {
        for id in Array(underWay.keys) {
            end(id) { .failure($0.error(.connectionLost, detail: "libcurl could not go on")) }
        }
    }

    /// Moves all transfers on as far as they go, ends those that are over, and waits for the network or a wake-up.
    ///
    /// - Returns: Whether libcurl can go on.
    func turn() -> Bool {
        guard multi.perform() else { return false }
        while let (id, code) = multi.nextFinished() {
            end(id) { $0.result(code) }
        }
        return multi.wait()
    }

    private func prepare(_ job: CurlJob) -> CurlTransfer? {
        guard let handle = CurlHandle(countedBy: liveHandles) else { return nil }
        let transfer = CurlTransfer(job, handle: handle)
        guard transfer.configure(trust: trust), multi.add(transfer.handle) else {
            return nil
        }
        return transfer
    }

    private func end(_ id: CurlJob.ID, with result: (CurlTransfer) -> Result<HTTPAnswer, HTTPTransportError>) {
        guard let (reply, outcome) = free(id, with: result) else { return }
        reply.resume(returning: outcome)
    }

    /// Takes a transfer out and frees its handle, before anyone hears how it ended.
    private func free(
        _ id: CurlJob.ID, with result: (CurlTransfer) -> Result<HTTPAnswer, HTTPTransportError>
    ) -> (CheckedContinuation<CurlOutcome, Never>, CurlOutcome)? {
        guard let transfer = underWay.removeValue(forKey: id) else { return nil }
        multi.remove(transfer.handle)
        return (transfer.job.reply, CurlOutcome(result: result(transfer), elapsed: transfer.handle.elapsed))
    }
}
