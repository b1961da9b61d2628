import Crypto
import FexValues
import Foundation

extension P256.Signing.ECDSASignature {
    /// `r` and `s`, 32 bytes each, in the one form that the platform takes.
    ///
    /// With `s` the order of the curve less `s` is valid too: without this rule anybody could make a second signature of a
    /// first.
    var lowS: Data {
        let raw = rawRepresentation
        let (r, s) = (raw.prefix(32), [UInt8](raw.suffix(32)))
        var (complement, borrow) = ([UInt8](repeating: 0, count: 32), 0)
        for index in s.indices.reversed() {
            let difference = Int(P256.order[index]) - Int(s[index]) - borrow
            complement[index] = UInt8(truncatingIfNeeded: difference)
            borrow = difference < 0 ? 1 : 0
        }
        return r + (complement.lexicographicallyPrecedes(s) ? complement : s)
    }

    /// Whether it is in that form.
    var hasLowS: Bool { rawRepresentation == lowS }
}

extension P256 {
    /// The order of the curve's group (SP 800-186, section 3.2.1.3), most significant byte first.
    fileprivate static let order: [UInt8] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ]

    /// The name of a public key (RFC 7638): the digest of the required members in the order of their names.
    ///
    /// - Parameter point: Its x and y, 32 bytes each.
    static func thumbprint(of point: Data) -> String {
        let (x, y) = (point.prefix(32).base64URL, point.suffix(32).base64URL)
        let members = #"{"crv":"P-256","kty":"EC","x":"\#(x)","y":"\#(y)"}"#
        return Data(SHA256.hash(data: Data(members.utf8))).base64URL
    }
}
