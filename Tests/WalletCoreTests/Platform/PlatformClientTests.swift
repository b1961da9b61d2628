import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import Testing
import WalletTesting

@testable import WalletCore

/// How one call is made, whatever it is for.
@Suite(.timeLimit(.minutes(5))) struct PlatformClientTests {
    let test: TestClient

    init() throws { test = try TestClient() }

    /// A call with and without money at stake.
    private func call(
        concernsMoney: Bool = false, needsToken: Bool = true, mayLeave: @escaping @Sendable () -> Bool = { true }
    ) throws -> PlatformCall {
        var call = PlatformCall(method: .post, address: try #require(HTTPAddress("https://platform.test/do?a=b")))
        call.body = Data("{}".utf8)
        call.headers[.contentType] = "application/json"
        call.needsToken = needsToken
        call.concernsMoney = concernsMoney
        call.mayLeave = mayLeave
        return call
    }

    private func sent(token: String?) -> SentRequest {
        var request = SentRequest("POST", "https://platform.test/do?a=b", ["content-type": "application/json"])
        request.body = "{}"
        if let token { request.fields["authorization"] = "Bearer \(token)" }
        return request
    }

    /// The error of a call, which has to fail.
    private func failure(of call: PlatformCall) async throws -> PlatformError {
        try await #require(throws: PlatformError.self) { _ = try await test.client.answer(to: call) }
    }

    private static let refusedToken = PlannedAnswer.json(["success": false, "error": "token expired"], status: 401)
    private static let done = PlannedAnswer.json(["success": true])

    // MARK: Tokens

    @Test func `a call carries the token that it was given`() async throws {
        test.plan(Self.done)
        let answer = try await test.client.answer(to: call())
        #expect(answer.status == 200 && answer.document == ["success": true])
        #expect(test.sent == [sent(token: "token_1")])
    }

    @Test func `a call that needs no token asks for none`() async throws {
        test.plan(Self.done)
        _ = try await test.client.answer(to: call(needsToken: false))
        #expect(test.sent == [sent(token: nil)])
        #expect(test.tokens.asked == 0)
    }

    @Test func `a call that needs no token is not made again where one is asked for`() async throws {
        test.plan(Self.refusedToken)
        #expect(try await failure(of: call(needsToken: false)).code == "not_logged_in")
        #expect(test.sent.count == 1 && test.tokens.asked == 0)
    }

    @Test(arguments: [true, false])
    func `a refused token is rejected, and the same request leaves once more with a fresh one`(
        concernsMoney: Bool
    ) async throws {
        test.plan(Self.refusedToken, Self.done)
        _ = try await test.client.answer(to: call(concernsMoney: concernsMoney))
        #expect(test.sent == [sent(token: "token_1"), sent(token: "token_2")])
        #expect(test.tokens.rejected == ["token_1"])
    }

    @Test(arguments: [(false, "platform_unavailable"), (true, "not_logged_in")])
    func `whoever refuses a fresh token too is asked no third time`(concernsMoney: Bool, code: String) async throws {
        test.plan(Self.refusedToken, Self.refusedToken)
        // Of a decision all that was answered is judged; elsewhere it is no sign that the session has ended.
        #expect(try await failure(of: call(concernsMoney: concernsMoney)).code == code)
        #expect(test.sent.count == 2)
    }

    @Test(arguments: [(false, "platform_unavailable"), (true, "not_logged_in")])
    func `a refused token that stays the only one is not sent again`(concernsMoney: Bool, code: String) async throws {
        test.tokens.stick()
        test.plan(Self.refusedToken)
        #expect(try await failure(of: call(concernsMoney: concernsMoney)).code == code)
        #expect(test.sent.count == 1)
    }

    @Test func `without a token nothing is sent`() async throws {
        test.tokens.fail(question: 1, with: SessionError.notLoggedIn)
        await #expect(throws: SessionError.notLoggedIn) { try await test.client.answer(to: call()) }
        #expect(test.sent.isEmpty)
    }

    @Test func `where the session ends under a call, its end is the error`() async throws {
        test.tokens.fail(question: 2, with: SessionError.ended)
        test.plan(Self.refusedToken)
        await #expect(throws: SessionError.ended) { try await test.client.answer(to: call()) }
    }

    @Test func `where the session ends under a call about money, what was answered is the error`() async throws {
        test.tokens.fail(question: 2, with: SessionError.ended)
        test.plan(Self.refusedToken)
        // Whoever answered 401 may have passed the decision on: "not logged in" would say that nothing has left.
        let error = try await failure(of: call(concernsMoney: true))
        #expect(error.concernsMoney && error.code == "not_logged_in")
    }

    @Test(arguments: [
        (true, false, "not_logged_in"), (true, true, "unreachable"), (false, false, "unreachable"),
        (false, true, "unreachable"),
    ])
    func `of a call about money whose second request did not leave, the answer to the first is the error`(
        concernsMoney: Bool, mayHaveBeenSent: Bool, code: String
    ) async throws {
        test.plan(Self.refusedToken, .failure(.connectionLost, mayHaveBeenSent: mayHaveBeenSent))
        #expect(try await failure(of: call(concernsMoney: concernsMoney)).code == code)
        #expect(test.sent.count == 2)
    }

    // MARK: In time

    @Test func `a call that is too late once it has its token is not made`() async throws {
        let tokens = test.tokens
        await #expect(throws: CallTooLate.self) {
            // Asked before there is a token it would say yes.
            try await test.client.answer(to: call(mayLeave: { tokens.asked == 0 }))
        }
        #expect(test.sent.isEmpty)
    }

    @Test func `a second request that is too late is not made, and the answer to the first is the error`() async throws
    {
        let tokens = test.tokens
        test.plan(Self.refusedToken)
        let late = try call(concernsMoney: true, mayLeave: { tokens.rejected.isEmpty })
        #expect(try await failure(of: late).code == "not_logged_in")
        #expect(test.sent.count == 1)
    }

    // MARK: What is not repeated

    @Test(arguments: [
        PlannedAnswer.json([:], status: 400), .json([:], status: 404), .json([:], status: 408),
        .json([:], status: 429), .json([:], status: 500), .json([:], status: 503), .text("<html></html>"),
        .failure(.unreachable, mayHaveBeenSent: false), .failure(.timedOut, mayHaveBeenSent: true),
        .failure(.connectionLost, mayHaveBeenSent: true),
    ])
    func `nothing but a refused token makes a request leave twice`(answer: PlannedAnswer) async throws {
        test.plan(answer)
        _ = try await failure(of: call())
        #expect(test.sent.count == 1 && test.tokens.asked == 1)
    }

    // MARK: Limits and cancelling

    @Test func `a call may take half a minute, and its answer 4 MiB`() async throws {
        test.plan(Self.done)
        _ = try await test.client.answer(to: call())
        #expect(test.transport.calls.map(\.limits) == [HTTPLimits()])
        #expect(HTTPLimits() == HTTPLimits(connect: .seconds(10), total: .seconds(30), bodyBytes: 4_194_304))
    }

    @Test(arguments: [(0, true), (1, false)])
    func `an answer of 4 MiB is read, and a byte more is too long`(more: Int, isRead: Bool) async throws {
        let body = Data("{}".utf8) + Data(repeating: UInt8(ascii: " "), count: 4_194_304 - 2 + more)
        test.plan(.body(body, named: "spaces"))
        let answer = try await Result.of { try await test.client.answer(to: call()) }
        #expect((try? answer.get().document) == (isRead ? [:] : nil))
        if case .failure(let error) = answer { #expect((error as? PlatformError)?.isTooLong == true) }
    }

    @Test(arguments: [(false, RetryAdvice.later, MoneyEffect.notMoved), (true, .sameKey, .unknown)])
    func `a call that is cancelled ends at once, and may have been sent`(
        concernsMoney: Bool, retry: RetryAdvice, money: MoneyEffect
    ) async throws {
        let transport = InMemoryHTTPTransport { _ throws(HTTPTransportError) in
            // Ends with the task alone.
            for await _ in AsyncStream<Void>.makeStream().stream {}
            return HTTPAnswer(HTTPResponse(status: .ok), body: Data("{}".utf8))
        }
        let client = PlatformClient(
            endpoints: test.client.endpoints, transport: transport, tokens: test.tokens, clock: test.clock,
            time: test.time, dpop: test.dpop, log: test.client.log)
        let call = try call(concernsMoney: concernsMoney)
        let task = Task { try await client.answer(to: call) }
        try await until("the request leaves") { transport.calls.count == 1 }
        task.cancel()
        let error = try await #require(throws: PlatformError.self) { _ = try await task.value }
        #expect(error.reason == .transport(.init(.cancelled, mayHaveBeenSent: true, detail: "the task was cancelled")))
        #expect(error.retry == retry && error.money == money)
    }

    @Test func `a call in a cancelled task does not leave`() async throws {
        let (client, call) = (test.client, try call(concernsMoney: true))
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await client.answer(to: call)
        }
        task.cancel()
        let error = try await #require(throws: PlatformError.self) { _ = try await task.value }
        #expect(test.sent.isEmpty && error.money == .notMoved && error.retry == .later)
    }
}

extension Result where Failure == any Error {
    /// What a body returned or threw.
    static func of(_ body: () async throws -> Success) async throws -> Result {
        do { return .success(try await body()) } catch let error as CancellationError { throw error } catch {
            return .failure(error)
        }
    }
}
