public import FexValues

/// A device that may decide for a wallet, or could until it was revoked, as the platform lists it.
public struct RegisteredDevice: Identifiable, Hashable, Sendable {
    /// The device's id.
    public var id: DeviceID { device }
    /// The id that the platform gave it.
    public var device: DeviceID
    /// What it was called when it was registered; fit to be shown, at most 80 characters.
    public var name: String
    /// The name of its key (RFC 7638): SHA-256 in base64url.
    public var thumbprint: String
    /// When it was registered, on the platform's clock.
    public var createdAt: Timestamp
    /// When it last decided, on the platform's clock; `nil` if it never has.
    public var lastUsedAt: Timestamp?
    /// When it was revoked, on the platform's clock; `nil` while it may decide.
    public var revokedAt: Timestamp?
}
