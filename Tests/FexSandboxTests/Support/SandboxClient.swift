import FexSandbox
import FexValues
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Makes raw calls to a sandbox.
struct SandboxClient: Sendable {
    /// What came back.
    struct Answer: Sendable {
        var status: Int
        var headers: [String: String]
        var json: JSON

        subscript(_ name: String) -> JSON? { json[name] }
        var code: String? { json["code"]?.stringValue }
        var error: String? { json["error"]?.stringValue }
    }

    let ready: ReadyDocument
    /// Whether answers are among those that have to agree with the OpenAPI documents; what faults make of one is in none.
    var recordsAnswers = true
    private let session: URLSession

    init(_ ready: ReadyDocument) {
        self.ready = ready
        let configuration = URLSessionConfiguration.ephemeral
        configuration.urlCache = nil
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        configuration.httpMaximumConnectionsPerHost = 64
        configuration.timeoutIntervalForRequest = 300
        session = URLSession(configuration: configuration)
    }

    /// Makes a call.
    func call(
        _ method: String, _ path: String, token: String? = nil, body: Data? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        var request = URLRequest(url: URL(string: path.hasPrefix("http") ? path : ready.api + path)!)
        request.httpMethod = method
        request.httpBody = body
        if body != nil { request.setValue("application/json", forHTTPHeaderField: "Content-Type") }
        var token = token
        // The routes that only tests call take the platform's token.
        if token == nil, headers["Authorization"] == nil, path.hasPrefix("/sandbox/") {
            token = try await self.token(of: ready.json["admin"])
        }
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await session.data(for: request)
        let http = response as! HTTPURLResponse
        var fields: [String: String] = [:]
        for (name, value) in http.allHeaderFields { fields["\(name)".lowercased()] = "\(value)" }
        let path = request.url?.path ?? ""
        if recordsAnswers, method != "HEAD", !path.hasPrefix("/sandbox/"), ready.api == request.url?.origin {
            try AnswerRecording.add(method, path, status: http.statusCode, headers: fields, body: data)
        }
        return Answer(
            status: http.statusCode, headers: fields, json: data.isEmpty ? .null : (try? JSON(parsing: data)) ?? .null)
    }

    func post(_ path: String, token: String? = nil, _ body: JSON) async throws -> Answer {
        try await call("POST", path, token: token, body: body.data)
    }

    func get(_ path: String, token: String? = nil, headers: [String: String] = [:]) async throws -> Answer {
        try await call("GET", path, token: token, headers: headers)
    }

    /// Asks for a token.
    func token(_ form: [String: String]) async throws -> Answer {
        let body = form.map { "\($0)=\($1)" }.joined(separator: "&")
        return try await call(
            "POST", "\(ready.auth)/realms/payment-platform/protocol/openid-connect/token", body: Data(body.utf8),
            headers: ["Content-Type": "application/x-www-form-urlencoded"])
    }

    /// The token of a machine, described in the ready document.
    func token(of client: JSON?) async throws -> String {
        let answer = try await token([
            "grant_type": "client_credentials", "client_id": client?["client_id"]?.stringValue ?? "",
            "client_secret": client?["client_secret"]?.stringValue ?? "",
        ])
        return answer["access_token"]?.stringValue ?? ""
    }

    func merchantToken(_ index: Int = 0) async throws -> String { try await token(of: ready.merchants[index]) }
}

extension URL {
    /// Scheme, host and port.
    fileprivate var origin: String { "\(scheme ?? "")://\(host() ?? ""):\(port ?? 80)" }
}
