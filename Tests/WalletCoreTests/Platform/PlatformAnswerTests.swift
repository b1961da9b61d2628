import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import Testing
import WalletTesting

@testable import WalletCore

/// What is made of an answer before anything in it is looked at: its status, its dates, and whether it is a document.
@Suite struct PlatformAnswerTests {
    let test: TestClient

    init() throws { test = try TestClient() }

    private func call(alsoAccepted: Set<Int> = []) throws -> PlatformCall {
        var call = PlatformCall(address: try #require(HTTPAddress("https://platform.test/ask")))
        call.alsoAccepted = alsoAccepted
        return call
    }

    private func failure(of answer: PlannedAnswer) async throws -> PlatformError {
        test.plan(answer)
        return try await #require(throws: PlatformError.self) { _ = try await test.client.answer(to: call()) }
    }

    // MARK: Statuses

    @Test(arguments: [200, 201, 202, 226, 299])
    func `a 2xx with a document is an answer`(status: Int) async throws {
        test.plan(.json(["a": 1], status: status, [.eTag: "\"7\""]))
        let answer = try await test.client.answer(to: call())
        #expect(answer.status == status && answer.document == ["a": 1] && answer.headers[.eTag] == "\"7\"")
    }

    @Test(arguments: [
        (400, "refused"), (402, "refused"), (403, "not_allowed"), (404, "not_found"), (409, "conflict"),
        (410, "refused"), (422, "refused"), (451, "refused"), (499, "refused"),
    ])
    func `a 4xx with a document is a refusal, named by its status where it has no code`(
        status: Int, code: String
    ) async throws {
        let error = try await failure(of: .json(["success": false, "error": "No"], status: status))
        #expect(error.code == code && error.retry == .never && !error.outcomeIsUnknown && !error.isOutOfReach)
        #expect(error.description == #"the platform refused: "No""#)
    }

    @Test(arguments: [408, 429, 500, 501, 502, 503, 504, 599])
    func `what fails for now is unavailable, whatever comes with it`(status: Int) async throws {
        for body in [#"{"success":false,"error":"x","code":"terms_changed"}"#, "<html></html>", ""] {
            let error = try await failure(of: .text(body, status: status))
            #expect(error.reason == .unavailable(status: status), "\(body)")
            #expect(error.retryAfter == nil && error.retry == .later)
        }
    }

    @Test(arguments: [300, 301, 302, 304, 305, 307, 399])
    func `a redirect that leads nowhere is no answer, and neither is a 304 that nobody asked for`(
        status: Int
    ) async throws {
        for body in ["{}", ""] {
            #expect(try await failure(of: .text(body, status: status)).code == "not_the_platform", "\(body)")
        }
    }

    @Test func `a 304 that was asked for is an answer without a document`() async throws {
        test.plan(.text("<html>left by a proxy</html>", status: 304, [.eTag: "\"7\""]))
        let answer = try await test.client.answer(to: call(alsoAccepted: [304]))
        #expect(answer.status == 304 && answer.document == .null && answer.headers[.eTag] == "\"7\"")
    }

    // MARK: Pauses

    @Test(arguments: [
        ("0", Duration.seconds(0)), ("7", .seconds(7)), ("86400", .seconds(86_400)),
        ("86401", .seconds(86_400)),
        ("9223372036854775807", .seconds(86_400)), ("-7", .zero), ("Fri, 31 Dec 9999 23:59:59 GMT", .seconds(86_400)),
        ("Thu, 01 Jan 2026 12:00:40 GMT", .seconds(40)),
        ("Thu, 01 Jan 2026 11:00:00 GMT", .zero), ("soon", nil), ("", nil), ("7.5", nil),
        ("99999999999999999999", nil), ("Thu, 01 Foo 2026 12:00:40 GMT", nil),
    ])
    func `a Retry-After is read as seconds, or as a date by the answer's own clock`(
        text: String, pause: Duration?
    ) async throws {
        // The device's clock is of no account: a day lies between the two.
        test.clock.set(Timestamp("2026-01-02T12:00:00Z")!)
        let error = try await failure(
            of: .json([:], status: 503, [.retryAfter: text, .date: "Thu, 01 Jan 2026 12:00:00 GMT"]))
        #expect(error.retryAfter == pause)
    }

    @Test func `a Retry-After that is a date counts from now where the answer has no date of its own`() async throws {
        let error = try await failure(of: .json([:], status: 503, [.retryAfter: "Thu, 01 Jan 2026 12:01:00 GMT"]))
        #expect(error.retryAfter == .seconds(60))
    }

    // MARK: Documents

    /// What comes from whoever is not the platform.
    static let strangers: [PlannedAnswer] = [
        .text(""), .text("", status: 204), .text(" "), .text("OK"), .text("<!DOCTYPE html><html>Log in</html>"),
        .text("{\"success\":true"), .text("{\"success\":true}}"), .text("{'success':true}"),
        .text("\u{FEFF}{\"success\":true}"),
        .body(Data([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]), named: "not UTF-8"),
        .body(Data(repeating: UInt8(ascii: "["), count: 100_000), named: "a hundred thousand brackets"),
        .body(Data(repeating: 0, count: 100), named: "zeros"), .text("<html></html>", status: 403),
        .text("", status: 401), .text("<html></html>", status: 404),
    ]

    @Test(arguments: strangers)
    func `what is no document is not the platform's answer, be its status what it may`(
        answer: PlannedAnswer
    ) async throws {
        let error = try await failure(of: answer)
        #expect(error.code == "not_the_platform" && error.isOutOfReach && error.outcomeIsUnknown)
        #expect(test.sent.count == 1, "such a 401 is no word on the token")
    }

    @Test func `a refusal's texts are made fit to be shown, and an OAuth sentence goes before its code`() async throws {
        let error = try await failure(
            of: .json(
                [
                    "success": false, "error": "No\u{1B}[2J\nway",
                    "code": .string("a\u{202E}b" + String(repeating: "c", count: 100)),
                ],
                status: 422))
        #expect(error.description == #"the platform refused: "No�[2J way""#)
        #expect(error.code == "a�b" + String(repeating: "c", count: 57) + "…")
        let oauth = try await failure(
            of: .json(["success": false, "error": "invalid_request", "error_description": "Name it"], status: 400))
        #expect(oauth.description == #"the platform refused: "Name it""# && oauth.code == "refused")
        let others: [JSON] = [
            [:], [], "text", 7, .null, ["error": "no"], ["success": true, "error": "no"], ["success": false],
            ["success": false, "error": 7], ["success": false, "error": ""],
        ]
        for document in others {
            let other = try await failure(of: .json(document, status: 404))
            #expect(other.code == "not_the_platform" && other.isOutOfReach && other.retry == .later)
        }
    }

    // MARK: The platform's time

    private static let hourAhead = "Thu, 01 Jan 2026 13:00:00 GMT"

    @Test(arguments: [
        (PlannedAnswer.json([:], [.date: hourAhead]), true), (.json([:], status: 404, [.date: hourAhead]), true),
        (.json([:], status: 500, [.date: hourAhead]), false), (.json([:], status: 429, [.date: hourAhead]), false),
        (.text("<html></html>", [.date: hourAhead]), false), (.json([:], status: 302, [.date: hourAhead]), true),
        (.json([:], [.date: "now"]), false), (.json([:]), false),
    ])
    func `the date of a document tells the platform's time, and of all else does not`(
        answer: PlannedAnswer, isTold: Bool
    ) async throws {
        test.plan(answer)
        _ = try await Result.of { try await test.client.answer(to: call()) { $0.status } }
        #expect(test.time.isReckoned == isTold)
        #expect(abs(test.time.currentOffset.truncatedMilliseconds) < 1000 || isTold)
        if isTold { #expect(test.time.now() >= Timestamp("2026-01-01T13:00:00Z")!) }
    }

    @Test func `an answer's date lies between the moments when its request left and when it came`() async throws {
        test.clock.advance(by: .seconds(100))
        test.plan(PlannedAnswer.json([:], [.date: Self.hourAhead]).delayed(by: .seconds(10)))
        #expect(try await test.client.answer(to: call()) { $0.sentAt } == .seconds(100))
        #expect(test.time.earliest() == Timestamp("2026-01-01T13:00:00Z"))
        // The header cuts off up to a second.
        #expect(test.time.latest() == Timestamp("2026-01-01T13:00:11Z"))
    }

    @Test func `an answer that is another call's sets no time back, and one from later sets it forward`() async throws {
        let misfit = MalformedDocument(field: "id", problem: "is another's")
        func answer(_ date: String, fits: Bool) async throws {
            test.plan(.json([:], [.date: date]))
            _ = try await Result.of {
                try await test.client.answer(to: call()) { _ throws(MalformedDocument) in if !fits { throw misfit } }
            }
        }
        try await answer(Self.hourAhead, fits: true)
        for second in 0...3 { try await answer("Thu, 01 Jan 2026 12:30:0\(second) GMT", fits: false) }
        #expect(test.time.now() >= Timestamp("2026-01-01T13:00:00Z")!)
        try await answer("Thu, 01 Jan 2026 14:00:00 GMT", fits: false)
        #expect(test.time.now() >= Timestamp("2026-01-01T14:00:00Z")!)
    }

    @Test(arguments: [(false, MoneyEffect.notMoved), (true, .unknown)])
    func `what can't be read in an answer is named`(concernsMoney: Bool, money: MoneyEffect) async throws {
        test.plan(.json([:]))
        var call = try call()
        call.concernsMoney = concernsMoney
        let error = try await #require(throws: PlatformError.self) {
            try await test.client.answer(to: call) { answer throws(MalformedDocument) in
                _ = try JSONFields(answer.document, at: "wallet").string("wallet_id")
            }
        }
        #expect(error.reason == .malformed("wallet.wallet_id: is missing") && error.money == money)
    }
}
