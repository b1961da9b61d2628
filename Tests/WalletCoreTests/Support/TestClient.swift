import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import Logging
import Synchronization
import Testing
import WalletTesting

@testable import WalletCore

/// A client of the platform on a wire in memory: a test plans what is answered, and reads what left.
struct TestClient {
    let clock = DrivenClock(Timestamp("2026-01-01T12:00:00Z")!)
    let tokens = TestTokens()
    let time: ServerTime
    let secrets = InMemorySecretStore()
    let dpop: DPoPProofs
    let transport: InMemoryHTTPTransport
    let client: PlatformClient

    private let planned: PlannedAnswers

    /// A client of a platform at `https://platform.test`.
    ///
    /// - Parameter change: Changes where things are.
    init(_ change: (inout PlatformEndpoints) -> Void = { _ in }) throws {
        var endpoints = try PlatformEndpoints(
            api: URL(string: "https://platform.test")!, auth: URL(string: "https://platform.test/auth")!)
        change(&endpoints)
        let (clock, planned) = (clock, PlannedAnswers())
        self.planned = planned
        time = ServerTime(clock: clock)
        dpop = DPoPProofs(keys: DPoPKeys(secrets), time: time, entropy: .system)
        transport = InMemoryHTTPTransport { _ throws(HTTPTransportError) in try await planned.next(clock) }
        client = PlatformClient(
            endpoints: endpoints, transport: transport, tokens: tokens, clock: clock, time: time,
            dpop: dpop, log: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// Plans the answers to the next requests, in their order.
    func plan(_ answers: PlannedAnswer...) { planned.append(answers) }

    /// What has left, in its order.
    var sent: [SentRequest] { transport.calls.map(SentRequest.init) }
}

/// A request that left: all of it.
struct SentRequest: Hashable, CustomStringConvertible {
    var method: String
    var address: String
    var fields: [String: String]
    var body: String?

    init(_ method: String, _ address: String, _ fields: [String: String] = [:], body: String? = nil) {
        self.method = method
        self.address = address
        // Each call says what it can read, and each question that nothing kept will do.
        var usual = ["accept": "application/json"]
        if method == "GET" { usual["cache-control"] = "no-cache" }
        self.fields = usual.merging(fields) { _, given in given }
        self.body = body
    }

    init(_ call: HTTPCall) {
        method = call.method.rawValue
        address = call.address.description
        fields = Dictionary(call.headerFields.map { ($0.name.canonicalName, $0.value) }) { "\($0), \($1)" }
        body = call.body.map { String(decoding: $0, as: UTF8.self) }
    }

    var description: String { "\(method) \(address) \(fields.sorted { $0.key < $1.key }) \(body ?? "no body")" }
}

/// What is answered to one request.
struct PlannedAnswer: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// How long it takes.
    var delay: Duration = .zero
    var result: Result<HTTPAnswer, HTTPTransportError>

    static func body(_ body: Data, status: Int = 200, _ fields: HTTPFields = [:], named name: String) -> PlannedAnswer {
        PlannedAnswer(
            testDescription: name,
            result: .success(HTTPAnswer(HTTPResponse(status: .init(code: status), headerFields: fields), body: body)))
    }

    static func text(_ body: String, status: Int = 200, _ fields: HTTPFields = [:]) -> PlannedAnswer {
        .body(Data(body.utf8), status: status, fields, named: "\(status) \(body.prefix(40))")
    }

    static func json(_ document: JSON, status: Int = 200, _ fields: HTTPFields = [:]) -> PlannedAnswer {
        .text(document.text, status: status, fields)
    }

    static func failure(_ code: HTTPTransportError.Reason, mayHaveBeenSent: Bool) -> PlannedAnswer {
        PlannedAnswer(
            testDescription: "\(code)\(mayHaveBeenSent ? ", perhaps after the request" : "")",
            result: .failure(HTTPTransportError(code, mayHaveBeenSent: mayHaveBeenSent, detail: "planned")))
    }

    /// The answer after some time.
    func delayed(by delay: Duration) -> PlannedAnswer {
        var answer = self
        answer.delay = delay
        return answer
    }
}

/// The answers that are still to be given.
private final class PlannedAnswers: Sendable {
    private let left = Mutex<[PlannedAnswer]>([])

    func append(_ answers: [PlannedAnswer]) { left.withLock { $0 += answers } }

    func next(_ clock: DrivenClock) async throws(HTTPTransportError) -> HTTPAnswer {
        guard let answer = left.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
            Issue.record("a request left for which no answer was planned")
            throw HTTPTransportError(.unreachable, mayHaveBeenSent: false, detail: "no answer was planned")
        }
        clock.advance(by: answer.delay)
        return try answer.result.get()
    }
}

/// Hands out `token_1`, and the next number each time one is rejected.
final class TestTokens: TokenSource {
    private struct State {
        var number = 1
        var asked = 0
        var rejected: [String] = []
        var isStuck = false
        var failures: [Int: any Error] = [:]
        var key: DPoPKey?
    }

    private let state = Mutex(State())

    /// How often a token was asked for.
    var asked: Int { state.withLock { $0.asked } }
    /// What was rejected.
    var rejected: [String] { state.withLock { $0.rejected } }

    /// From here on no other token is to be had.
    func stick() { state.withLock { $0.isStuck = true } }

    /// From here on tokens are bound to a key.
    func bind(to key: DPoPKey) { state.withLock { $0.key = key } }

    /// Has a question for a token fail, counted from 1.
    func fail(question: Int, with error: any Error) { state.withLock { $0.failures[question] = error } }

    func accessToken() async throws -> AccessToken {
        try state.withLock { state in
            state.asked += 1
            if let error = state.failures[state.asked] { throw error }
            return AccessToken(value: Redacted("token_\(state.number)"), key: state.key)
        }
    }

    func reject(_ token: AccessToken) async {
        state.withLock { state in
            state.rejected.append(token.value.value)
            if !state.isStuck { state.number += 1 }
        }
    }
}
