public import FexHTTP
public import FexValues
public import Foundation
import HTTPTypes
import Synchronization
public import WalletCore

/// The platform in memory, for tests of a wallet: `PlatformModel` behind a transport, without a socket.
///
/// Each call can be made to fail before or after it takes effect.
public final class ModelPlatform: HTTPTransport {
    /// What becomes of a call between the wallet and the platform.
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

        /// Whether both are the same by name and values; of two that alter the answer, that is taken for granted.
        public static func == (left: Fate, right: Fate) -> Bool { "\(left)" == "\(right)" }
        /// Hashes the name and values that `==` compares.
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
        /// The proof of the key that its token is bound to (RFC 9449), if it had one.
        public var proof: String?

        /// The path alone.
        public var path: String {
            let target = line.split(separator: " ").last ?? ""
            return String(target.prefix { $0 != "?" })
        }
    }

    private struct State {
        var model: PlatformModel
        var calls: [Call] = []
    }

    private let state: Mutex<State>
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
        let wallet = ModelPlatform.wallet.rawValue
        var rules = PlatformModel.Rules()
        rules.transactionsPerPage = 2
        rules.proofs = .strict
        let model = PlatformModel(
            customer: .init(wallet: wallet, user: "user_1", scanToken: wallet), balance: 100_000,
            identityAddress: "https://platform.test/auth", rules: rules)
        state = Mutex(State(model: model))
    }

    // MARK: What a test looks at

    /// All calls that arrived or were lost on the way, in order.
    public var calls: [Call] { state.withLock { $0.calls } }
    /// The intents that were debited, one entry a debit.
    public var debits: [String] {
        state.withLock { $0.model.transactions.filter { $0.type == "payment" }.map(\.intent) }
    }
    /// How many intents there have been.
    public var intentCount: Int { state.withLock { $0.model.intents.count } }
    /// How many access tokens were given out.
    public var tokensGiven: Int { state.withLock { $0.model.tokensGiven } }

    /// Adds an intent; a target makes it a till's request.
    ///
    /// - Parameters:
    ///   - amount: Digits of US dollars, such as `35.50`.
    ///   - merchantName: How the merchant, whose id is `merchant`, is called.
    ///   - lifetime: How long it can be paid from now on.
    @discardableResult
    public func addIntent(
        _ id: String, amount: String = "35.50", merchant: String = "mer_1", merchantName: String = "Café Zoë",
        summary: String = "Two coffees", target: WalletID? = nil, lifetime: Duration = .seconds(300)
    ) -> IntentID {
        let now = clock.now()
        let intent = PlatformModel.Intent(
            id: id, merchant: merchant, amount: amount, target: target?.rawValue, createdAt: now,
            expiresAt: now.advanced(by: lifetime),
            shown: JSONObject([.init("merchant_name", .string(merchantName)), .init("description", .string(summary))]),
            isCreationShown: false)
        state.withLock { _ = $0.model.add(intent) }
        return IntentID(id)!
    }

    /// Changes a field of an intent, as a merchant or the clock might.
    public func set(_ field: String, to value: JSON, of intent: IntentID) {
        state.withLock { state in
            guard let place = state.model.place(of: intent.rawValue) else { return }
            state.model.set(field, to: value, of: place)
        }
    }

    /// Plans the errors that a device gets which asks whether it has been allowed; after them it is.
    public func answerDevice(with errors: [String]) {
        state.withLock { $0.model.answerDevice(with: errors) }
    }

    /// Logs the customer in on the provider's page, as a person would in a browser.
    ///
    /// - Returns: What the page leads back to; `nil` where it was asked for what no wallet asks for.
    public func authorize(_ page: URL) -> URL? { state.withLock { $0.model.authorize(page) } }

    /// Makes a token invalid before its time.
    public func revokeTokens() {
        state.withLock { $0.model.revokeAccessTokens() }
    }

    /// Changes the platform itself, as its operator might: blocks the wallet, ends sessions, removes a device.
    package func change(_ body: @Sendable (inout PlatformModel) -> Void) {
        state.withLock { body(&$0.model) }
    }

    // MARK: HTTPTransport

    /// Sends a call and waits for the whole answer.
    public func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
        let request = PlatformModel.Request(call)
        let seen = Call(
            line: "\(call.method) \(call.address.target)", body: request.body, key: request.key,
            proof: request.proof)
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
        case .served: return serve(request)
        case .altered(let change):
            let served = serve(request)
            guard let document = try? JSON(parsing: served.body) else { return served }
            return HTTPAnswer(served.response, body: change(document).data)
        case .tooLong:
            _ = serve(request)
            throw HTTPTransportError(.bodyTooLarge, mayHaveBeenSent: true, detail: "too large")
        case .lostAfter:
            _ = serve(request)
            throw HTTPTransportError(.connectionLost, mayHaveBeenSent: true, detail: "cut")
        }
    }

    private func answer(_ status: Int, _ text: String) -> HTTPAnswer {
        HTTPAnswer(
            HTTPResponse(status: .init(code: status), headerFields: [.date: clock.now().httpDate]),
            body: Data(text.utf8))
    }

    private func serve(_ request: PlatformModel.Request) -> HTTPAnswer {
        let served = state.withLock { $0.model.serve(request, at: clock.now()) }
        var answer = answer(served.status, served.document)
        answer.response.headerFields[.eTag] = served.etag
        answer.response.headerFields[.wwwAuthenticate] = served.challenge
        answer.response.headerFields[HTTPField.Name("DPoP-Nonce")!] = served.nonce
        return answer
    }
}
