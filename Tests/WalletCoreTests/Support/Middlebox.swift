import FexHTTP
import Foundation
import HTTPTypes
import Synchronization
import WalletCore
import WalletTesting

/// Something between wallet and platform that answers in the platform's place, whether or not it has passed the call on.
final class Middlebox: HTTPTransport {
    /// What it does to one call.
    struct Answer: Sendable {
        /// Whether the platform gets the call, and so does its work.
        var passesOn: Bool
        var status: Int
        var body: String
        var headers: HTTPFields = [:]

        var description: String { "\(status) \(body.prefix(40)) \(passesOn ? "after" : "before") the work" }
    }

    private let platform: any HTTPTransport
    private let planned = Mutex<[(part: String, answer: Answer)]>([])

    init(before platform: any HTTPTransport) { self.platform = platform }

    /// Plans the answer to the next call whose path ends so, or whose query has such a field: `page=1`.
    func plan(_ part: String, _ answer: Answer) { planned.withLock { $0.append((part, answer)) } }

    /// How much was planned and has not happened.
    var plannedCount: Int { planned.withLock { $0.count } }

    /// Forgets what was planned and has not happened.
    func clear() { planned.withLock { $0 = [] } }

    func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
        let parts = call.address.target.split(separator: "?", maxSplits: 1)
        let fields = parts.dropFirst().flatMap { $0.split(separator: "&") }.map { String($0) }
        let answer = planned.withLock { planned -> Answer? in
            planned.firstIndex { parts.first?.hasSuffix($0.part) == true || fields.contains($0.part) }
                .map { planned.remove(at: $0).answer }
        }
        guard let answer else { return try await platform.send(call) }
        if answer.passesOn { _ = try await platform.send(call) }
        let response = HTTPResponse(status: .init(code: answer.status), headerFields: answer.headers)
        return HTTPAnswer(response, body: Data(answer.body.utf8))
    }
}
