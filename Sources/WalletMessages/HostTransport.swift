import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import WalletCore

/// Calls that the host makes by its own HTTP.
struct HostTransport: HTTPTransport {
    let host: HostQuestions

    func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
        let params: JSON = [
            "method": .string(call.method.rawValue), "url": .string(call.address.description),
            "headers": .array(call.headerFields.map { [.string($0.name.rawName), .string($0.value)] }),
            "body": .optional(call.body?.base64EncodedString()),
            "connect_timeout_ms": .integer(call.limits.connect.milliseconds),
            "timeout_ms": .integer(call.limits.total.milliseconds), "body_limit": .integer(call.limits.bodyBytes),
        ]
        let answer: HostAnswer?
        do { answer = try await host.ask("http", params, patience: call.limits.total) } catch {
            throw HTTPTransportError(.cancelled, mayHaveBeenSent: true, detail: "the call was cancelled")
        }
        switch answer {
        case .result(let result)?: return try read(result, limit: call.limits.bodyBytes)
        case .error(let code, let message, let mayHaveBeenSent)?:
            let known: [HTTPTransportError.Reason] = [
                .unreachable, .timedOut, .connectionLost, .insecure, .malformedAnswer, .bodyTooLarge,
            ]
            let reason = HTTPTransportError.Reason(rawValue: code)
            throw HTTPTransportError(
                known.contains(reason) ? reason : .connectionLost, mayHaveBeenSent: mayHaveBeenSent, detail: message)
        case nil: throw HTTPTransportError(.timedOut, mayHaveBeenSent: true, detail: "the host did not answer")
        }
    }

    private func read(_ result: JSON, limit: Int) throws(HTTPTransportError) -> HTTPAnswer {
        func malformed(_ problem: String) -> HTTPTransportError {
            HTTPTransportError(.malformedAnswer, mayHaveBeenSent: true, detail: "the host's answer \(problem)")
        }
        guard let status = result["status"]?.integerValue, (100...599).contains(status) else {
            throw malformed("has no status")
        }
        var response = HTTPResponse(status: .init(code: status))
        for field in result["headers"]?.arrayValue ?? [] {
            guard let name = field[0]?.stringValue.flatMap({ HTTPField.Name($0) }), let value = field[1]?.stringValue
            else { throw malformed("has a header that is none") }
            response.headerFields.append(HTTPField(name: name, value: value))
        }
        var body = Data()
        if let value = result["body"], value != .null {
            guard let data = value.stringValue.flatMap({ Data(base64Encoded: $0) }) else {
                throw malformed("has a body that is not in base64")
            }
            body = data
        }
        guard body.count <= limit else {
            throw HTTPTransportError(.bodyTooLarge, mayHaveBeenSent: true, detail: "over \(limit) bytes")
        }
        return HTTPAnswer(response, body: body)
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
