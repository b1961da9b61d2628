public import Foundation
import HTTPTypes
import Synchronization
public import WalletCore

/// The platform as a value in memory: just enough of its rules to test a wallet against, without a socket.
///
/// It keeps the promise that matters: a decision takes effect at most once, and the same key gets the first answer again.
/// Each call can be made to fail before or after it takes effect.
public final class ModelPlatform: HTTPTransport {
    /// What happens to a call.
    public enum Fate: Hashable, Sendable {
        /// It is served.
        case served
        /// It never arrives, and the wallet can tell.
        case unreachable
        /// It never arrives, and the wallet can't tell.
        case lostBefore
        /// It is served, and its answer is lost.
        case lostAfter
        /// A status instead of being served.
        case status(Int)
        /// It is busy, and says for how many seconds to leave it alone.
        case busy(Int)
        /// A captive portal answers in the platform's place.
        case portal
        /// It is served, with an answer that is longer than is accepted.
        case tooLong
        /// It is served, with a changed answer.
        case altered(@Sendable (JSON) -> JSON)

        /// Whether both are the same.
        public static func == (left: Fate, right: Fate) -> Bool { "\(left)" == "\(right)" }
        /// Hashes what is compared.
        public func hash(into hasher: inout Hasher) { hasher.combine("\(self)") }
    }

    /// A call as it came.
    public struct Call: Hashable, Sendable {
        /// `POST /wallet/api/v1/payment-intents/pi_1/pay`
        public var line: String
        /// The body's bytes.
        public var body: Data
        /// The idempotency key, if it had one.
        public var key: String?

        /// The path alone.
        public var path: String {
            let target = line.split(separator: " ").last ?? ""
            return String(target.prefix { $0 != "?" })
        }
    }

    struct State {
        var intents: [String: JSONObject] = [:]
        var balance: Int64 = 100_000
        var version = 1
        var answers: [String: (body: Data, status: Int, document: JSON)] = [:]
        var debits: [String] = []
        var calls: [Call] = []
        var fates: [Fate] = []
        var approvals: [String] = []
        var transactions: [JSON] = []
        var tokensGiven = 0
        var refreshToken = "refresh-0"
        var revoked: Set<String> = []
        var deviceAnswers: [String] = []
    }

    private let state = Mutex(State())
    private let clock: any WalletClock
    private let decideFate: @Sendable (Call) -> Fate

    /// The id of the one wallet there is.
    public static let wallet = WalletID("wal_1")!

    /// A platform.
    ///
    /// - Parameters:
    ///   - clock: The platform's own clock.
    ///   - fate: What happens to each call; by default all are served.
    public init(clock: any WalletClock, fate: @escaping @Sendable (Call) -> Fate = { _ in .served }) {
        self.clock = clock
        decideFate = fate
    }

    // MARK: What a test looks at

    /// All calls that arrived or were lost on the way, in order.
    public var calls: [Call] { state.withLock { $0.calls } }
    /// The intents that were debited, one entry a debit.
    public var debits: [String] { state.withLock { $0.debits } }
    /// How many access tokens were given out.
    public var tokensGiven: Int { state.withLock { $0.tokensGiven } }

    /// Adds an intent; a target makes it a till's request.
    @discardableResult
    public func addIntent(
        _ id: String, amount: String = "35.50", target: WalletID? = nil, lifetime: Duration = .seconds(300)
    ) -> IntentID {
        state.withLock { state in
            state.intents[id] = JSONObject([
                .init("id", .string(id)), .init("merchant_id", "mer_1"), .init("merchant_name", "Café Zoë"),
                .init("amount", .number(amount)), .init("currency", "USD"),
                .init("status", target == nil ? "pending" : "pending_approval"),
                .init("expires_at", .string(clock.now().advanced(by: lifetime).description)),
                .init("description", "Two coffees"),
                .init("target_wallet_id", .optional(target?.rawValue)),
            ])
            if target != nil { state.approvals.append(id) }
        }
        return IntentID(id)!
    }

    /// Changes a field of an intent, as a merchant or the clock might.
    public func set(_ field: String, to value: JSON, of intent: IntentID) {
        state.withLock { state in
            state.intents[intent.rawValue]?[field] = value
            if state.intents[intent.rawValue]?["target_wallet_id"] != .null {
                state.approvals.append(intent.rawValue)
            }
        }
    }

    /// Plans the errors that a device gets which asks whether it has been allowed; after them it is.
    public func answerDevice(with errors: [String]) {
        state.withLock { $0.deviceAnswers = errors }
    }

    /// Makes a token invalid before its time.
    public func revokeTokens() {
        state.withLock { state in
            for number in 0...state.tokensGiven { state.revoked.insert("access-\(number)") }
        }
    }

    // MARK: HTTPTransport

    /// Sends a call and waits for the whole answer.
    public func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
        let seen = Call(
            line: "\(call.request.method) \(call.request.path ?? "/")", body: call.body ?? Data(),
            key: call.request.headerFields[HTTPField.Name("Idempotency-Key")!])
        let fate = decideFate(seen)
        if fate != .unreachable { state.withLock { $0.calls.append(seen) } }
        switch fate {
        case .unreachable: throw HTTPTransportError(.unreachable, mayHaveBeenSent: false, detail: "refused")
        case .lostBefore: throw HTTPTransportError(.connectionLost, mayHaveBeenSent: true, detail: "cut")
        case .status(let status): return answer(status, #"{"success":false,"error":"not now"}"#)
        case .busy(let seconds):
            var answer = answer(503, #"{"success":false,"error":"busy"}"#)
            answer.response.headerFields[.retryAfter] = "\(seconds)"
            return answer
        case .portal: return answer(200, "<html>Please log in to the airport's network</html>")
        case .served: return serve(seen, token: call.request.headerFields[.authorization])
        case .altered(let change):
            let served = serve(seen, token: call.request.headerFields[.authorization])
            guard let document = try? JSON(parsing: served.body) else { return served }
            return HTTPAnswer(served.response, body: change(document).data)
        case .tooLong:
            _ = serve(seen, token: call.request.headerFields[.authorization])
            throw HTTPTransportError(.bodyTooLarge, mayHaveBeenSent: true, detail: "too large")
        case .lostAfter:
            _ = serve(seen, token: call.request.headerFields[.authorization])
            throw HTTPTransportError(.connectionLost, mayHaveBeenSent: true, detail: "cut")
        }
    }

    private func answer(_ status: Int, _ text: String) -> HTTPAnswer {
        HTTPAnswer(
            HTTPResponse(status: .init(code: status), headerFields: [.date: clock.now().httpDate]),
            body: Data(text.utf8))
    }

    private func serve(_ call: Call, token: String?) -> HTTPAnswer {
        let (status, document) = state.withLock { state in state.serve(call, token: token, now: clock.now()) }
        return answer(status, document.text)
    }
}

extension Timestamp {
    /// The moment in the form of an HTTP `Date` (RFC 9110, section 5.6.7).
    fileprivate var httpDate: String {
        let parts = Timestamp(milliseconds: milliseconds / 1000 * 1000).description
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let date = parts.prefix(10).split(separator: "-")
        return "Thu, \(date[2]) \(months[Int(date[1])! - 1]) \(date[0]) \(parts.dropFirst(11).prefix(8)) GMT"
    }
}
