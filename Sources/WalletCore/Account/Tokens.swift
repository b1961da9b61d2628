import FexValues
import Foundation

/// What the identity provider gave.
struct Tokens: Hashable, Sendable {
    /// Stands in the header of each call.
    var access: String
    /// When it ends, on the device's clock.
    var accessEndsAt: Timestamp
    /// Renews the access token; a renewal may give another in its place.
    var refresh: String?

    /// Whether the access token is good for long enough to start a call with.
    func isFresh(at now: Timestamp) -> Bool {
        now.advanced(by: Tokens.margin) < accessEndsAt
    }

    /// How long before its end a token is renewed.
    static let margin: Duration = .seconds(30)
}

extension Tokens {
    init?(document: JSON) {
        guard let access = document["access_token"]?.stringValue,
            let endsAt = document["access_ends_at"]?.integerValue
        else { return nil }
        self.access = access
        self.accessEndsAt = Timestamp(milliseconds: Int64(endsAt))
        self.refresh = document["refresh_token"]?.stringValue
    }
}

extension Tokens: CustomStringConvertible, CustomDebugStringConvertible {
    var description: String { "Tokens(redacted)" }
    var debugDescription: String { description }
}
