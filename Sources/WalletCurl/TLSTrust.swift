public import FexHTTP
import Foundation

/// Whom a transport trusts over TLS, beside whom the system does, and how narrowly.
///
/// ```swift
/// let pins = [api.origin: [PublicKeyPin("sha256//…")!, backup]]
/// let transport = CurlTransport(trust: TLSTrust(authorities: file.path, pins: pins))
/// ```
public struct TLSTrust: Hashable, Sendable {
    /// The path of a PEM file with certificates to trust as issuers beside those of libcurl's certificate directory. A file
    /// that can't be read makes every TLS call fail with ``/FexHTTP/HTTPTransportError/Reason/insecure``.
    public var authorities: String?
    /// The public keys of which a server has to have one, by its origin: that of today, and one that is kept for when that is
    /// lost. An origin without an entry may have any key that an authority vouches for.
    public var pins: [HTTPOrigin: [PublicKeyPin]]

    /// The system's authorities, and those of a file, for any key but where pins say otherwise.
    public init(authorities: String? = nil, pins: [HTTPOrigin: [PublicKeyPin]] = [:]) {
        self.authorities = authorities
        self.pins = pins
    }

    /// The pins of an origin as libcurl takes them; `nil` where it has none.
    func pinnedKeys(of origin: HTTPOrigin) -> String? {
        guard let pins = pins[origin], !pins.isEmpty else { return nil }
        return pins.map(\.description).joined(separator: ";")
    }
}

/// A public key, by the SHA-256 of its DER form (SubjectPublicKeyInfo, as in RFC 7469).
public struct PublicKeyPin: Hashable, Sendable, CustomStringConvertible {
    private let digest: Data

    /// A pin as it is written: `sha256//` and base64, as curl has it; either without that, or 64 hexadecimal digits.
    ///
    /// `openssl x509 -pubkey -noout -in cert.pem | openssl pkey -pubin -outform der | openssl dgst -sha256` prints the digits.
    public init?(_ text: String) {
        let bare = ["sha256//", "sha256/"].first(where: text.hasPrefix).map { text.dropFirst($0.count) } ?? text[...]
        if bare.utf8.count == 64, bare.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) {
            let digits = Array(bare)
            digest = Data(stride(from: 0, to: 64, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) })
        } else {
            guard let data = Data(base64Encoded: String(bare)), data.count == 32 else { return nil }
            digest = data
        }
    }

    /// The pin as curl has it: `sha256//` and base64.
    public var description: String { "sha256//" + digest.base64EncodedString() }
}
