public import FexValues
public import Foundation

/// What a person needs to know to allow a device's login from elsewhere (RFC 8628): fit to be shown as it is.
public struct DevicePrompt: Hashable, Sendable {
    /// The code that the person compares, or types on the page.
    public var userCode: String
    /// Where the person types ``userCode``: to be shown, or opened on any device.
    public var page: URL
    /// The page with the code already filled in, for a link or a QR code; not every provider has one.
    public var pageWithCode: URL?
    /// When the code ends, on the device's clock.
    public var expiresAt: Timestamp
}

/// How a device asks whether it has been allowed (RFC 8628, section 3.5): a value without a clock.
struct DeviceGrantPolling: Hashable, Sendable {
    /// What to do after an answer.
    enum Step: Hashable, Sendable {
        /// Wait, then ask again.
        case wait(Duration)
        /// The login has failed.
        case fail(SessionError)
        /// Asking again can't help: pass the error on.
        case giveUp
    }

    /// How long to wait before the next question.
    private(set) var interval: Duration

    init(interval: Duration) { self.interval = interval }

    /// What follows from a question that brought no tokens.
    mutating func step(after error: any Error) -> Step {
        switch error {
        case let refusal as OAuthRefusal: return step(after: refusal)
        case let error as PlatformError where error.code != "invalid_address":
            // Section 3.5: back off exponentially while the provider can't be reached, or something else answers in its
            // place.
            interval = min(interval * 2, .seconds(60))
            // A longer `Retry-After` is honoured, up to what a person would wait for.
            return .wait(max(interval, min(error.retryAfter ?? .zero, .seconds(120))))
        default: return .giveUp
        }
    }

    private mutating func step(after refusal: OAuthRefusal) -> Step {
        switch refusal.code {
        case .authorizationPending: return .wait(interval)
        case .slowDown:
            interval += .seconds(5)
            return .wait(interval)
        case .expiredToken: return .fail(.loginExpired)
        case .accessDenied: return .fail(.loginDenied)
        default: return .fail(.refused(refusal.message))
        }
    }
}
