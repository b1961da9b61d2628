package import FexHTTP
package import FexValues
package import Foundation
import HTTPTypes
import WalletCore

extension PlatformModel {
    /// A request as the platform sees it.
    package struct Request: Sendable {
        /// The method: `POST`.
        package var method: String
        /// The path's parts.
        package var path: [Substring]
        /// The query's parts: `after=3`.
        package var query: [Substring]
        /// The bearer token.
        package var token: Substring?
        /// The idempotency key.
        package var key: String?
        /// The tag that is known already.
        package var etag: String?
        /// The body.
        package var body: Data

        private static let keyName = HTTPField.Name("Idempotency-Key")!

        /// The request of a call.
        package init(_ call: HTTPCall) {
            let target = call.address.target.split(separator: "?", maxSplits: 1)
            method = call.method.rawValue
            path = target.first?.split(separator: "/") ?? []
            query = target.count > 1 ? target[1].split(separator: "&") : []
            let fields = call.headerFields
            if let field = fields[.authorization], field.hasPrefix("Bearer ") { token = field.dropFirst(7) }
            key = fields[Self.keyName]
            etag = fields[.ifNoneMatch]
            body = call.body ?? Data()
        }

        /// The value of a name in the query.
        package func value(_ name: String) -> Substring? {
            query.first { $0.hasPrefix(name) && $0.dropFirst(name.count).first == "=" }?.dropFirst(name.count + 1)
        }

        /// Whether it carries a decision.
        package var isDecision: Bool { path.count == 6 && path[3] == "payment-intents" && path[0] == "wallet" }
    }

    /// An answer of the platform's.
    package struct Answer: Sendable {
        /// The status.
        package var status: Int
        /// The body.
        package var document: String
        /// The tag of what was read.
        package var etag: String?
        /// When it was given, where that was earlier: something on the way has kept it.
        package var keptSince: Timestamp?

        /// An answer.
        package init(_ status: Int, _ document: String, etag: String? = nil) {
            self.status = status
            self.document = document
            self.etag = etag
        }

        /// An error of the platform's.
        static func failure(_ status: Int, _ sentence: String, code: String? = nil, intent: String? = nil) -> Answer {
            var text = #"{"success":false,"error":\#(quoted(sentence))"#
            if let code { text += ",\"code\":\"\(code)\"" }
            if let intent { text += ",\"payment_intent\":\(intent)" }
            return Answer(status, text + "}")
        }
    }

    /// Serves one request.
    ///
    /// - Parameter now: What time it is on the platform's clock; the `Date` of the answer is for the caller to set.
    package mutating func serve(_ request: Request, at now: Timestamp) -> Answer {
        expire(at: now)
        let path = request.path
        switch path.first {
        case "merchant": return publicIntent(request)
        case "wallet" where path.count > 3: break
        default: return serveIdentity(request, at: now)
        }
        guard let holder = identity.holder(of: request.token, at: now) else {
            return .failure(401, "token missing or expired")
        }
        switch (request.method, path[3], path.count) {
        case ("GET", "wallet", 4): return Answer(200, #"{"success":true,"wallet":\#(account(at: now))}"#)
        case ("GET", "approvals", 4): return approvalFeed(request)
        case ("GET", "transactions", 4): return transactions(request)
        case ("POST", "payment-intents", 6): return decide(request, at: now)
        case (_, "devices", _): return serveDevices(request, holder: holder, at: now)
        default: return .failure(404, "no such path")
        }
    }

    private func account(at now: Timestamp) -> String {
        #"{"wallet_id":"\#(customer.wallet)","user_id":"\#(customer.user)","scan_token":"\#(customer.scanToken)","#
            + #""currency":"\#(customer.currency)","balance":"\#(Self.digits(balance))","#
            + #""version":\#(balances.count),"updated_at":"2026-01-01T00:00:00Z"}"#
    }

    private func publicIntent(_ request: Request) -> Answer {
        guard request.path.count == 6, let place = place(of: String(request.path[5])) else {
            return .failure(404, "no such payment intent")
        }
        return Answer(200, #"{"success":true,"payment_intent":\#(intents[place].document(isPublic: true))}"#)
    }

    /// An amount of two decimals.
    package static func digits(_ units: Int64) -> String {
        let rest = units % 100
        return "\(units / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
