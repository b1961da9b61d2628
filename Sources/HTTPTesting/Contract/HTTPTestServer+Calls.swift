import FexHTTP
import Foundation
import HTTPTypes
import WalletCore
import WalletTesting

/// What must never turn up in an error's detail; every call of the contract carries it in its query, fields and body.
let contractSecret = "s3cr3t"

extension HTTPTestServer {
    /// A GET to the server.
    func get(
        _ path: String, _ fields: HTTPFields = [:], scheme: String = "http", limits: HTTPLimits = .generous
    ) -> HTTPCall {
        call(.get, path, fields, scheme: scheme, limits: limits)
    }

    /// A POST to the server with a short body.
    func post(_ path: String, _ fields: HTTPFields = [:]) -> HTTPCall {
        var fields = fields
        fields[.contentType] = "text/plain"
        return call(.post, path, fields, body: Data("x".utf8))
    }

    /// A call to the server.
    func call(
        _ method: HTTPRequest.Method, _ path: String, _ fields: HTTPFields = [:], scheme: String = "http",
        body: Data? = nil, limits: HTTPLimits = .generous
    ) -> HTTPCall {
        var fields = fields
        fields[.authorization] = "Bearer \(contractSecret)"
        return HTTPCall(method, address(path, scheme: scheme), fields, body: body, limits: limits)
    }

    private func address(_ path: String, scheme: String) -> HTTPAddress {
        let text = "\(scheme)://\(authority)\(path)?token=\(contractSecret)"
        guard let address = HTTPAddress(text) else { preconditionFailure("\(text) is no address") }
        return address
    }

    /// The requests received for a path.
    func requests(to path: String) -> [ReceivedRequest] {
        log.requests.filter { $0.path == path }
    }
}

extension HTTPCall {
    /// The same call to another server.
    func directed(to authority: String) -> HTTPCall {
        guard let origin = HTTPOrigin(scheme: address.origin.scheme.rawValue, authority: authority),
            let address = HTTPAddress(origin, target: address.target)
        else { preconditionFailure("\(authority) is no authority") }
        var call = self
        call.address = address
        return call
    }
}

extension HTTPLimits {
    /// Limits that a call doesn't meet unless something is wrong.
    static let generous = HTTPLimits(connect: .seconds(120), total: .seconds(240), bodyBytes: 1 << 20)

    /// Limits that a call to a silent server soon meets. Connecting to this machine takes a fraction of either.
    static let short = HTTPLimits(connect: .seconds(1), total: .seconds(1), bodyBytes: 1 << 20)
}

extension HTTPTransport {
    /// The answer to a call; fails the rule if there is none.
    func answer(to call: HTTPCall) async throws -> HTTPAnswer {
        do {
            return try await send(call)
        } catch {
            throw ContractViolation(
                "\(call.method.rawValue) \(call.address.path): \(error.code) (\(error.detail)) instead of an answer")
        }
    }

    /// Fails the rule unless a call fails in a certain way.
    ///
    /// - Parameter sent: What the error has to say about whether the request may have been sent; `nil` if either will do.
    func requireFailure(
        _ reason: HTTPTransportError.Reason, sent: Bool?, of call: HTTPCall, _ what: String = "the call"
    ) async throws {
        do {
            let answer = try await send(call)
            throw ContractViolation(
                "\(what): \(answer.response.status.code) with \(answer.body.count) bytes instead of \(reason.rawValue)")
        } catch let error as HTTPTransportError {
            try error.require(reason, sent: sent, what)
        }
    }
}

extension HTTPTransportError {
    /// Fails the rule unless the error is of a certain kind, and keeps quiet about the call.
    func require(_ reason: Reason, sent: Bool?, _ what: String = "the call") throws {
        let found = "\(self.code), sent \(mayHaveBeenSent) (\(detail))"
        try WalletTesting.require(self.reason == reason, "\(what): \(found) instead of \(reason.rawValue)")
        try WalletTesting.require(sent == nil || mayHaveBeenSent == sent, "\(what): \(found)")
        try WalletTesting.require(
            !detail.contains(contractSecret) && !detail.contains("token"), "\(what) tells: \(detail)")
    }
}
