import FexValues
import Foundation
import HTTPTypes

/// The identity provider's calls for a device without a browser (RFC 8628).
protocol DeviceGrantCalls: Sendable {
    /// Begins a login that a person allows elsewhere.
    func beginDeviceGrant() async throws -> DeviceGrant
    /// Asks once whether it has been allowed.
    ///
    /// - Throws: ``OAuthRefusal``, whose code says how things stand; ``PlatformError`` for all else.
    func requestTokens(deviceCode: String) async throws -> Tokens
}

/// A login that waits for a person elsewhere.
struct DeviceGrant: Hashable, Sendable {
    /// The secret that this device asks with.
    var deviceCode: Redacted<String>
    /// What the person is told.
    var prompt: DevicePrompt
    /// How long to wait between two questions, at first.
    var interval: Duration
}

extension PlatformClient: DeviceGrantCalls {
    func beginDeviceGrant() async throws -> DeviceGrant {
        let url = try await fetchIdentityEndpoint("device_authorization_endpoint")
        let sentAt = clock.now()
        // Section 3.1 leaves the scope open, but without one a provider may refuse (RFC 6749, section 3.3), and some do.
        let call = PlatformCall.form([("client_id", endpoints.clientID), ("scope", "openid")], to: url)
        return try await identityAnswer(to: call) { document throws(MalformedDocument) in
            try DeviceGrant(document: document, begunAt: sentAt)
        }
    }

    func requestTokens(deviceCode: String) async throws -> Tokens {
        try await requestTokens([
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", deviceCode),
        ])
    }
}

extension DeviceGrant {
    init(document: JSON, begunAt: Timestamp) throws(MalformedDocument) {
        let fields = try JSONFields(document, at: "")
        let seconds = try fields.integer("expires_in")
        guard (1...86_400).contains(seconds) else { throw fields.malformed("expires_in", "is out of range") }
        // Section 3.2: five seconds where the provider names no interval.
        let pause = try fields.value("interval") == nil ? 5 : fields.integer("interval")
        guard (1...300).contains(pause) else { throw fields.malformed("interval", "is out of range") }
        let userCode = try fields.string("user_code")
        guard (1...64).contains(userCode.utf8.count), PlainText.isClean(userCode) else {
            throw fields.malformed("user_code", "can't be shown")
        }
        deviceCode = Redacted(try fields.string("device_code"))
        interval = .seconds(pause)
        prompt = DevicePrompt(
            userCode: userCode, page: try DeviceGrant.page(fields.string("verification_uri"), fields),
            pageWithCode: try fields.optionalString("verification_uri_complete").map { text throws(MalformedDocument) in
                try DeviceGrant.page(text, fields)
            },
            expiresAt: begunAt.advanced(by: .seconds(seconds)))
    }

    /// An address that a person may be sent to: of the web, and printable as it is.
    private static func page(_ text: String, _ fields: JSONFields) throws(MalformedDocument) -> URL {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let url = URL(string: text),
            ["http", "https"].contains(url.scheme?.lowercased()), url.host()?.isEmpty == false
        else { throw fields.malformed("verification_uri", "is no address of a page") }
        return url
    }
}
