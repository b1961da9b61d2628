#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Which hosts are this machine by their address: what is sent there passes no network.
///
/// Names are none, `localhost` among them: where a name leads is a resolver's word. Nor are short, octal or decimal forms of
/// an address, which are read in different ways.
package enum LoopbackAddress {
    /// Whether a host is in 127.0.0.0/8 or is ::1.
    ///
    /// - Parameter host: As a URL has it: an IPv6 address is in brackets, or without.
    package static func isOne(_ host: String) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16)
        if unsafe inet_pton(AF_INET, host, &bytes) == 1 { return bytes[0] == 127 }
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard unsafe inet_pton(AF_INET6, isBracketed ? String(host.dropFirst().dropLast()) : host, &bytes) == 1 else {
            return false
        }
        return bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }
}
