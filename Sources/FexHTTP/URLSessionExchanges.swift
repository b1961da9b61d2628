import Foundation
import Synchronization

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The delegate of a `URLSession`: hands what is reported to the exchange that it is about.
final class URLSessionExchanges: NSObject, URLSessionDataDelegate, Sendable {
    private let exchanges = Mutex<[Int: URLSessionExchange]>([:])

    /// Begins an exchange.
    func begin(_ exchange: URLSessionExchange, as task: URLSessionDataTask) {
        exchanges.withLock { $0[task.taskIdentifier] = exchange }
        task.resume()
        // A cancellation that came before has found nothing to end.
        if Task.isCancelled { cancel(task) }
    }

    /// Ends an exchange at once; what its task still reports is not waited for.
    func cancel(_ task: URLSessionDataTask) {
        let exchange = exchanges.withLock { $0.removeValue(forKey: task.taskIdentifier) }
        exchange?.end(nil, error: URLError(.cancelled), hasSent: true)
        task.cancel()
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        // The redirect itself is the answer; `RedirectPolicy` says what follows from it.
        completionHandler(nil)
    }

    #if canImport(FoundationNetworking)
        func urlSession(
            _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
            completionHandler: @escaping @Sendable (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
        ) {
            // On Linux a 401 that names a scheme is never heard of again unless it is taken here, whole as it is.
            exchanges.withLock { $0.removeValue(forKey: task.taskIdentifier) }?
                .end(task.response, error: nil, hasSent: true)
            completionHandler(.cancelAuthenticationChallenge, nil)
        }
    #endif

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        let mustEnd = exchanges.withLock { $0[dataTask.taskIdentifier]?.mustEnd(afterHead: response) ?? false }
        completionHandler(mustEnd ? .cancel : .allow)
        // On Linux nobody listens to that.
        if mustEnd { dataTask.cancel() }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let mustEnd = exchanges.withLock { $0[dataTask.taskIdentifier]?.mustEnd(afterBodyPart: data) ?? false }
        if mustEnd { dataTask.cancel() }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let exchange = exchanges.withLock { $0.removeValue(forKey: task.taskIdentifier) }
        let hasSent = task.countOfBytesSent > 0 || task.countOfBytesReceived > 0 || task.response != nil
        exchange?.end(task.response, error: error, hasSent: hasSent)
    }
}
