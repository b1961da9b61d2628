public import FexValues
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A merchant's till: makes and follows payment intents over the merchant's calls.
public struct Till: Sendable {
    private let credentials: TillCredentials
    private let session: URLSession

    /// A till with its credentials.
    public init(_ credentials: TillCredentials) {
        self.credentials = credentials
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = 30
        session = URLSession(configuration: configuration)
    }

    /// Makes an intent that is shown as a QR code.
    ///
    /// - Parameter order: The body's members, as published.
    /// - Returns: The payment intent.
    public func createIntent(_ order: JSONObject) async throws(TillError) -> JSON {
        try await intent(in: call("POST", "/payment-intents", body: order))
    }

    /// Asks the wallet whose code was scanned for money.
    ///
    /// - Parameters:
    ///   - scanToken: What the customer's code says.
    ///   - order: The other members of the body, as published.
    /// - Returns: The payment intent.
    public func scan(_ scanToken: String, order: JSONObject) async throws(TillError) -> JSON {
        var body = order
        body["scan_token"] = .string(scanToken)
        if let counterID = credentials.counterID { body["counter_id"] = .string(counterID) }
        return try await intent(in: call("POST", "/scan-payment", body: body))
    }

    /// Fetches an intent.
    public func fetchIntent(_ id: IntentID) async throws(TillError) -> JSON {
        try await intent(in: call("GET", "/payment-intents/\(id)"))
    }

    /// Fetches what anybody may see of an intent, without a token.
    public func fetchPublicIntent(_ id: IntentID) async throws(TillError) -> JSON {
        try await intent(in: send(request(credentials.api + "/merchant/api/v1/public/payment-intents/\(id)")))
    }

    /// Withdraws an intent.
    ///
    /// - Returns: The payment intent as it is afterwards.
    public func cancelIntent(_ id: IntentID) async throws(TillError) -> JSON {
        _ = try await call("POST", "/payment-intents/\(id)/cancel")
        return try await fetchIntent(id)
    }

    /// Pays an intent back in full.
    ///
    /// - Returns: The payment intent, whose refund is initiated: the ledger posts it a little later.
    public func refundIntent(_ id: IntentID) async throws(TillError) -> JSON {
        try await intent(in: call("POST", "/payment-intents/\(id)/refund"))
    }

    /// A page of what the merchant was paid and paid back, newest first.
    ///
    /// - Parameters:
    ///   - page: From 1.
    ///   - limit: The most of them, 1 to 100.
    /// - Returns: The published list: `transactions`, `page`, `limit`, `total`, `total_pages`.
    public func fetchTransactions(page: Int = 1, limit: Int = 20) async throws(TillError) -> JSON {
        try await call("GET", "/transactions?page=\(page)&limit=\(limit)")
    }

    private func intent(in answer: JSON) throws(TillError) -> JSON {
        guard let intent = answer["payment_intent"] else { throw .malformedAnswer }
        return intent
    }

    // MARK: - Calls

    private func call(_ method: String, _ path: String, body: JSONObject? = nil) async throws(TillError) -> JSON {
        var request = try request(credentials.api + "/merchant/api/v1" + path)
        request.httpMethod = method
        request.setValue("Bearer \(try await fetchToken())", forHTTPHeaderField: "Authorization")
        if let body {
            request.httpBody = JSON.object(body).data
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        return try await send(request)
    }

    private func fetchToken() async throws(TillError) -> String {
        var request = try request(credentials.auth + "/realms/payment-platform/protocol/openid-connect/token")
        request.httpMethod = "POST"
        request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
        // Ids are UUIDs and secrets hexadecimal, so nothing needs escaping.
        request.httpBody = Data(
            "grant_type=client_credentials&client_id=\(credentials.clientID)&client_secret=\(credentials.clientSecret)"
                .utf8)
        guard let token = try await send(request)["access_token"]?.stringValue else { throw .malformedAnswer }
        return token
    }

    private func request(_ address: String) throws(TillError) -> URLRequest {
        guard let url = URL(string: address) else {
            throw .configuration("the ready document's address is none")
        }
        return URLRequest(url: url)
    }

    /// Why a connection failed, without the names and numbers that Foundation has for it.
    private static func reason(of error: any Error) -> String {
        switch (error as? URLError)?.code {
        case .cannotConnectToHost?, .cannotFindHost?: "nobody answers at its address"
        case .timedOut?: "no answer came in time"
        case .networkConnectionLost?: "the connection was lost"
        default: "the connection failed"
        }
    }

    private func send(_ request: URLRequest) async throws(TillError) -> JSON {
        let answer: (data: Data, response: URLResponse)
        do {
            answer = try await session.data(for: request)
        } catch {
            throw .unreachable(Till.reason(of: error))
        }
        guard let status = (answer.response as? HTTPURLResponse)?.statusCode else { throw .malformedAnswer }
        let json = try? JSON(parsing: answer.data)
        guard (200..<300).contains(status) else {
            let text = json?["error_description"]?.stringValue ?? json?["error"]?.stringValue
            throw .refused(status: status, message: text ?? "no reason given")
        }
        guard let json else { throw .malformedAnswer }
        return json
    }
}

/// Why a till could not do what it was asked.
public enum TillError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no ready document, or it names no such merchant or counter.
    case configuration(String)
    /// The platform does not answer.
    case unreachable(String)
    /// The platform refused, with this status and this text.
    case refused(status: Int, message: String)
    /// What the platform answered is not what it publishes.
    case malformedAnswer

    /// A sentence for people.
    public var description: String {
        switch self {
        case .configuration(let problem): problem
        case .unreachable(let problem): "the platform is out of reach: \(problem)"
        case .refused(let status, let message):
            "the platform refused (\(status)): \(PlainText.clean(message))"
        case .malformedAnswer: "the platform's answer can't be read"
        }
    }
}
