public import FexValues
public import Foundation

/// What a person needs to know to allow a device's login from elsewhere (RFC 8628): fit to be shown as it is.
public struct DevicePrompt: Hashable, Sendable {
    /// The code that the person compares, or types on the page.
    public var userCode: String
    /// The page to open.
    public var page: URL
    /// The page with the code already filled in, for a link or a QR code; not every provider has one.
    public var pageWithCode: URL?
    /// When the code ends, on the device's clock.
    public var expiresAt: Timestamp
}
