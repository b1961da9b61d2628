import HTTPTypes
import Testing

@testable import FexHTTP

struct RedirectPolicyTests {
    @Test func `five redirects are followed and no sixth`() throws {
        var policy = RedirectPolicy(.get, at: try address("/0"))
        for step in 1...5 {
            #expect(try policy.follows(redirect(to: "/\(step)")))
            #expect(policy.address.target == "/\(step)")
        }
        #expect(throws: HTTPTransportError.self) { try policy.follows(redirect(to: "/6")) }
    }

    @Test func `two places for one answer are none`() throws {
        var policy = RedirectPolicy(.get, at: try address("/0"))
        var response = redirect(to: "/1")
        response.headerFields.append(HTTPField(name: .location, value: "/2"))
        #expect(throws: HTTPTransportError.self) { try policy.follows(response) }
    }

    @Test func `a refused redirect tells where to, and nothing of the path`() throws {
        var policy = RedirectPolicy(.get, at: try address("/0"))
        let error = try #require(throws: HTTPTransportError.self) {
            try policy.follows(redirect(to: "https://elsewhere.example/path?token=1"))
        }
        #expect(error.reason == .redirectedElsewhere)
        #expect(error.mayHaveBeenSent)
        #expect(error.detail.contains("elsewhere.example"))
        #expect(!error.detail.contains("path") && !error.detail.contains("token"))
    }

    private func address(_ target: String) throws -> HTTPAddress {
        let origin = try #require(HTTPOrigin(scheme: "https", authority: "api.example"))
        return try #require(HTTPAddress(origin, target: target))
    }

    private func redirect(to location: String) -> HTTPResponse {
        HTTPResponse(status: .found, headerFields: [.location: location])
    }
}
