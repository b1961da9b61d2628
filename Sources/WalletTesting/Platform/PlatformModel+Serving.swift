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
        /// The access token.
        package var token: Substring?
        /// Whether it came as one that is bound to a key.
        package var isBound = false
        /// The proof of a key that came with it (RFC 9449).
        package var proof: String?
        /// The address without the query.
        package var address: String
        /// The idempotency key.
        package var key: String?
        /// The tag that is known already.
        package var etag: String?
        /// The body.
        package var body: Data

        private static let keyName = HTTPField.Name("Idempotency-Key")!
        private static let proofName = HTTPField.Name("DPoP")!

        /// The request of a call.
        package init(_ call: HTTPCall) {
            let target = call.address.target.split(separator: "?", maxSplits: 1)
            method = call.method.rawValue
            path = target.first?.split(separator: "/") ?? []
            query = target.count > 1 ? target[1].split(separator: "&") : []
            let fields = call.headerFields
            address = "\(call.address.origin)\(target.first ?? "")"
            if let field = fields[.authorization], let scheme = ["Bearer ", "DPoP "].first(where: field.hasPrefix) {
                token = field.dropFirst(scheme.count)
                isBound = scheme == "DPoP "
            }
            proof = fields[Self.proofName]
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
        /// The nonce for the next proof (RFC 9449, section 8).
        package var nonce: String?
        /// What is asked for in the place of what came (`WWW-Authenticate`).
        package var challenge: String?

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
        var answer = answer(to: request, at: now)
        answer.nonce = giveProofNonce()
        return answer
    }

    private mutating func answer(to request: Request, at now: Timestamp) -> Answer {
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
        if let refusal = refusal(ofProof: request, at: now) { return refusal }
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
