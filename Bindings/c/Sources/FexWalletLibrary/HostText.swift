import Foundation

/// Strings of the host.
@unsafe enum HostText {
    /// How many bytes of a string are looked at: one more than the longest message has, for the wallet to find it too long.
    private static let limit = 4 << 20 + 1

    /// The bytes of a string, which stay the host's; none where there is no string.
    static func bytes(of string: UnsafePointer<CChar>?) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: string, count: string.map { unsafe strnlen($0, limit) } ?? 0)
    }

    /// A copy of a string. Of one that is not UTF-8, something that no wallet takes either.
    static func copy(of string: UnsafePointer<CChar>?) -> String {
        unsafe String(validating: bytes(of: string), as: UTF8.self) ?? "\u{FFFD}"
    }
}

extension String {
    /// A copy that the host gives back with `fex_free`.
    func givenToHost() -> UnsafeMutablePointer<CChar>? { unsafe strdup(self) }
}
