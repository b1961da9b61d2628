import FexHTTP
import Foundation
import HTTPTypes
import WalletCore

/// A generated platform, asked without a socket.
struct GeneratedTransport: HTTPTransport {
    static let endpoints = PlatformEndpoints(
        api: HTTPAddress("https://platform.test")!, auth: HTTPAddress("https://platform.test")!)

    let platform: GeneratedPlatform

    func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
        let target = call.address.target
        let path = target.prefix { $0 != "?" }
        guard let body = body(of: path.split(separator: "/").last ?? "", target) else {
            return HTTPAnswer(HTTPResponse(status: .notFound), body: Data(#"{"success":false,"error":"none"}"#.utf8))
        }
        return HTTPAnswer(HTTPResponse(status: .ok), body: Data(body.utf8))
    }

    private func body(of name: Substring, _ target: String) -> String? {
        switch name {
        case "openid-configuration": platform.discovery(at: "https://platform.test")
        case "token": platform.tokens
        case "wallet": platform.account
        case "challenge": #"{"success":true,"nonce":"nonce"}"#
        case "devices": platform.device
        case "approvals": platform.approvals
        case "transactions":
            if let page = number("page", in: target) {
                platform.list(page: page, limit: number("limit", in: target) ?? 100)
            } else {
                platform.feed(after: number("after", in: target) ?? 0, limit: number("limit", in: target) ?? 1000)
            }
        default: nil
        }
    }

    private func number(_ name: String, in target: String) -> Int? {
        let query = target.split(separator: "?").last ?? ""
        return query.split(separator: "&").first { $0.hasPrefix("\(name)=") }
            .flatMap { Int($0.dropFirst(name.count + 1)) }
    }
}
