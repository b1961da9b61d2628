import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import Logging

/// Hands out a token for the wallet's calls.
protocol TokenSource: Sendable {
    /// A token good for at least some seconds; renewed if need be.
    func accessToken() async throws -> AccessToken
    /// Takes note that the platform refused a token.
    func reject(_ token: AccessToken) async
}

/// What a call shows to the platform, and what it has to prove.
struct AccessToken: Hashable, Sendable {
    /// Stands in the header of each call.
    var value: Redacted<String>
    /// The key that it is bound to; `nil` of a bearer's.
    var key: DPoPKey?

    /// What the header holds.
    fileprivate var credentials: String {
        "\((key == nil ? TokenScheme.bearer : .dpop).rawValue) \(value.value)"
    }
}

/// Makes calls to the platform and reads its answers; knows the form of a call, not what any of them is for.
///
/// The calls themselves stand in files of their own, one protocol a family, in `Calls/`.
struct PlatformClient: Sendable {
    let endpoints: PlatformEndpoints
    let transport: any HTTPTransport
    let tokens: any TokenSource
    let clock: any WalletClock
    let time: ServerTime
    let dpop: DPoPProofs
    let log: Logger
}

/// One call, before it has a token.
struct PlatformCall {
    var method: HTTPRequest.Method = .get
    var address: HTTPAddress
    var body: Data?
    var headers = HTTPFields()
    var needsToken = true
    /// The key that tokens which are asked for are to be bound to.
    var key: DPoPKey?
    var concernsMoney = false
    /// What it may cost.
    var limits = HTTPLimits()
    /// Whether a success has a document. Where it has none, its status says all.
    var needsDocument = true
    /// Whether a refusal has the form that the platform publishes for its errors. The identity provider's has another, which
    /// its calls read, as the judge reads that of a decision.
    var hasPublishedRefusals = true
    /// Statuses that are an answer although they are not 2xx.
    var alsoAccepted: Set<Int> = []
    /// Whether it may still leave, asked once it has its token, and by the transport before each request: both may take long.
    var mayLeave: @Sendable () -> Bool = { true }
}

/// A call that was not made, since it could not leave in time.
struct CallTooLate: Error {}

/// An answer that is the platform's.
struct PlatformAnswer {
    var status: Int
    var headers: HTTPFields
    /// The document; empty for an answer without a body.
    var document: JSON
    /// The device's uptime when the call was sent.
    var sentAt: Duration
}

extension PlatformAnswer {
    /// What a question was answered with: the platform says 200, and `success: true`. Another success, or a document that says
    /// otherwise, is somebody else's.
    func succeeded() throws(MalformedDocument) -> JSONFields {
        let fields = try JSONFields(document, at: "")
        guard status == 200 else { throw fields.malformed("status", "is \(status)") }
        guard try fields.value("success") == true else { throw fields.malformed("success", "is not true") }
        return fields
    }
}

extension PlatformClient {
    /// Makes a call, and reads what came.
    ///
    /// What can't be read so may be an old answer to another call, so that its date sets no time back.
    ///
    /// - Throws: As ``answer(to:)``; ``PlatformError/Reason/malformed(_:)`` with what `read` throws.
    func answer<Value>(
        to call: PlatformCall, _ read: (PlatformAnswer) throws(MalformedDocument) -> Value
    ) async throws -> Value {
        let answer = try await answer(to: call)
        do throws(MalformedDocument) {
            let value = try read(answer)
            observeDate(in: answer.headers, sentAt: answer.sentAt)
            return value
        } catch {
            observeDate(in: answer.headers, sentAt: answer.sentAt, mayBeOld: true)
            throw error.failure(ofCallAboutMoney: call.concernsMoney)
        }
    }

    /// Makes a call; a refused token is renewed once, and each fault of a proof is mended once.
    ///
    /// - Throws: ``PlatformError``, or ``SessionError`` where there is no token to be had; ``CallTooLate``.
    func answer(to call: PlatformCall) async throws -> PlatformAnswer {
        guard call.needsToken else { return try await attempt(call) }
        let token = try await token()
        guard call.mayLeave() else { throw CallTooLate() }
        do {
            return try await attempt(call, by: token)
        } catch {
            guard error.refusesToken else { throw error.ofGoodToken }
            // The same call is tried again with a fresh token.
            await tokens.reject(token)
            let fresh: AccessToken
            do { fresh = try await tokens.accessToken() } catch let failure where call.concernsMoney {
                // The first attempt has left, and whoever answered 401 may have passed it on.
                log.info("no token for another attempt", metadata: ["error": "\(failure)"])
                throw error
            }
            guard fresh != token, call.mayLeave() else { throw error.ofGoodToken }
            do { return try await attempt(call, by: fresh) } catch let second {
                throw second.following(error).ofGoodToken
            }
        }
    }

    /// Makes a call by one token. Where its proof was refused for a fault that the answer tells how to mend, the same call is
    /// made again with another proof: once for each fault, whatever is answered then.
    private func attempt(
        _ call: PlatformCall, by token: AccessToken? = nil
    ) async throws(PlatformError) -> PlatformAnswer {
        var mended: Set<DPoPRefusal.Fault> = []
        var first: PlatformError?
        var moment: Timestamp?
        while true {
            do { return try await exchange(call, token: token, at: moment) } catch {
                let error = first.map { error.following($0) } ?? error
                guard let refusal = error.refusal?.dpop, refusal.canBeMended, mended.insert(refusal.fault).inserted,
                    call.mayLeave()
                else { throw error }
                log.info("proof refused", metadata: ["fault": "\(refusal.fault.rawValue)"])
                // Whoever refuses a proof for its time says what time it is, whatever else is known of that.
                (first, moment) = (first ?? error, refusal.date)
            }
        }
    }

    /// The token to call with.
    ///
    /// Where the one there is was given for another origin, it stays here. Whether anybody is there to log in to is asked
    /// without it, so that a platform out of reach is told as such.
    private func token() async throws -> AccessToken {
        do { return try await tokens.accessToken() } catch let error as SessionError {
            guard case .otherOrigin = error.reason else { throw error }
            do { _ = try await exchange(healthCall) } catch let failure {
                if failure.transport != nil { throw failure }
            }
            throw error
        }
    }

    /// - Parameter moment: When the proof is made on the server's clock; `nil` for now, as the wallet knows it.
    private func exchange(
        _ call: PlatformCall, token: AccessToken? = nil, at moment: Timestamp? = nil
    ) async throws(PlatformError) -> PlatformAnswer {
        var fields = call.headers
        fields[.accept] = "application/json"
        // Nothing that was kept on the way is good enough (RFC 9111, section 5.2.1.4).
        if call.method == .get { fields[.cacheControl] = "no-cache" }
        if let token { fields[.authorization] = token.credentials }
        let key = token?.key ?? call.key
        if let key {
            do { fields[.dpop] = try dpop.proof(of: call, by: key, token: token?.value.value, at: moment) } catch {
                let failure = HTTPTransportError(.invalidCall, mayHaveBeenSent: false, detail: "its proof isn't signed")
                throw PlatformError(.transport(failure), concernsMoney: call.concernsMoney)
            }
        }
        let sentAt = clock.uptime()
        let answer: HTTPAnswer
        do {
            var request = HTTPCall(call.method, call.address, fields, body: call.body, limits: call.limits)
            request.mayLeave = call.mayLeave
            answer = try await transport.send(request)
        } catch {
            throw PlatformError(.transport(error), concernsMoney: call.concernsMoney)
        }
        let headers = answer.response.headerFields
        dpop.keepNonce(of: headers, from: call.address.origin)
        let shown = SentSecrets(call, token: token?.value.value).withheld(from: answer)
        return try read(shown, to: call, sentAt: sentAt, isProven: key != nil)
    }

    private func read(
        _ answer: HTTPAnswer, to call: PlatformCall, sentAt: Duration, isProven: Bool
    ) throws(PlatformError) -> PlatformAnswer {
        let status = answer.response.status.code
        let headers = answer.response.headerFields
        if status == 304, call.alsoAccepted.contains(304) {
            return PlatformAnswer(status: status, headers: headers, document: .null, sentAt: sentAt)
        }
        if (200..<300).contains(status), !call.needsDocument {
            return PlatformAnswer(status: status, headers: headers, document: .null, sentAt: sentAt)
        }
        if status == 408 || status == 429 || status >= 500 {
            let pause = headers[.retryAfter].flatMap { retryPause($0, in: headers) }
            throw PlatformError(.unavailable(status: status, retryAfter: pause), concernsMoney: call.concernsMoney)
        }
        let document: JSON
        do {
            document = try JSON(parsing: answer.body)
        } catch {
            // A captive portal answers 200 with a page of its own, which is no answer of the platform.
            throw PlatformError(.malformed("HTTP \(status), \(error)"), concernsMoney: call.concernsMoney)
        }
        if (200..<300).contains(status) {
            return PlatformAnswer(status: status, headers: headers, document: document, sentAt: sentAt)
        }
        observeDate(in: headers, sentAt: sentAt)
        guard (400..<500).contains(status) else {
            throw PlatformError(.malformed("unexpected HTTP \(status)"), concernsMoney: call.concernsMoney)
        }
        var refusal = Refusal(status: status, document: document)
        if isProven { refusal.dpop = DPoPRefusal(status: status, headers: headers, document: document) }
        // A 401 asks for another token, whoever says so.
        let mayBeOther = status == 401 || refusal.dpop != nil || call.concernsMoney || !call.hasPublishedRefusals
        let isPublished = document["success"] == false && document["error"]?.stringValue?.isEmpty == false
        guard mayBeOther || isPublished else {
            throw PlatformError(.refusedByOther(status: status))
        }
        throw PlatformError(.refused(refusal), concernsMoney: call.concernsMoney)
    }

    /// The longest pause that is taken over from an answer: nobody in between silences a wallet for good.
    private static let longestPause: Duration = .seconds(86_400)

    /// The pause that a `Retry-After` asks for (RFC 9110, section 10.2.3): seconds, or a date by the answer's own clock.
    private func retryPause(_ text: String, in headers: HTTPFields) -> Duration? {
        let pause: Duration
        if let seconds = Int(text) {
            pause = .seconds(seconds)
        } else if let until = Timestamp(httpDate: text) {
            let date = headers[.date].flatMap { Timestamp(httpDate: $0) }
            pause = until.duration(since: date ?? time.now())
        } else {
            return nil
        }
        return min(max(.zero, pause), Self.longestPause)
    }

    private typealias Refusal = PlatformError.Refusal

    private func observeDate(in headers: HTTPFields, sentAt: Duration, mayBeOld: Bool = false) {
        // An age says that something on the way had kept the answer (RFC 9111, section 5.1).
        let isKept = headers[.age].map { $0 != "0" } ?? false
        time.observe(date: headers[.date], sentAt: sentAt, mayBeOld: mayBeOld, isKept: isKept)
    }
}

extension PlatformError {
    /// Whether another token may be accepted. A nonce that is wanted says nothing about the token.
    fileprivate var refusesToken: Bool { refusal?.status == 401 && refusal?.dpop?.fault != .nonce }

    /// The error where the token is good: who refuses it is not the platform, or it is not well.
    fileprivate var ofGoodToken: PlatformError {
        // Every answer to a decision is left to the judge.
        guard refusal?.status == 401, !concernsMoney else { return self }
        return PlatformError(.unavailable(status: 401))
    }

    /// The error of a call that was made again after this other one: of a call about money a request has left, and that it
    /// did not leave again changes nothing about that.
    fileprivate func following(_ first: PlatformError) -> PlatformError {
        guard concernsMoney, case .transport(let failure) = reason, !failure.mayHaveBeenSent else { return self }
        return first
    }
}

extension PlatformError.Refusal {
    fileprivate init(status: Int, document: JSON) {
        let text = document["error_description"]?.stringValue ?? document["error"]?.stringValue ?? "HTTP \(status)"
        let code = document["code"]?.stringValue
        self.init(
            status: status, code: code.map { PlainText.clean($0, limit: 60) }, message: PlainText.clean(text),
            document: document)
    }
}

extension MalformedDocument {
    /// The error of a call whose answer has this fault.
    func failure(ofCallAboutMoney concernsMoney: Bool = false) -> PlatformError {
        PlatformError(.malformed(description), concernsMoney: concernsMoney)
    }
}
