import Testing

@testable import FexHTTP

struct HTTPOriginTests {
    @Test(arguments: [
        ("https", "api.example", "https://api.example"), ("HTTPS", "API.Example:443", "https://api.example"),
        ("http", "api.example:80", "http://api.example"), ("http", "127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https", "[::1]", "https://[::1]"), ("https", "[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
        ("http", "my_host-1", "http://my_host-1"),
    ])
    func `an origin is one text however it was written`(scheme: String, authority: String, text: String) throws {
        let origin = try #require(HTTPOrigin(scheme: scheme, authority: authority))
        #expect(origin.description == text)
    }

    @Test(arguments: [
        ("ftp", "a"), ("", "a"), ("http", ""), ("http", ":80"), ("http", "a:"), ("http", "a:0"), ("http", "a:65536"),
        ("http", "a:+80"), ("http", "a:8 0"), ("http", "user@a"), ("http", "user:pass@a"), ("http", "a/b"),
        ("http", "a?b"), ("http", "a#b"), ("http", "a\\b"), ("http", "a%2eb"), ("http", "a b"), ("http", "é.example"),
        ("http", "a\r\nb"), ("http", "[::1"), ("http", "::1"), ("http", "[]"), ("http", "[::1]x"),
        ("http", "[fe80::1%25eth0]"),
        ("http", String(repeating: "a", count: 254)),
    ])
    func `what two readers could read differently is no origin`(scheme: String, authority: String) {
        #expect(HTTPOrigin(scheme: scheme, authority: authority) == nil)
    }

    @Test(arguments: [
        ("https", "api.example", "http", "api.example"), ("https", "api.example", "https", "api.example:444"),
        ("https", "api.example", "https", "api.example.evil"), ("http", "127.0.0.1", "http", "localhost"),
    ])
    func `another scheme, host or port is another origin`(
        scheme: String, authority: String, otherScheme: String, otherAuthority: String
    ) {
        #expect(
            HTTPOrigin(scheme: scheme, authority: authority)
                != HTTPOrigin(scheme: otherScheme, authority: otherAuthority))
    }

    @Test(arguments: [
        ("localhost", true), ("a.localhost:8080", true), ("127.0.0.1", true), ("127.9.9.9", true), ("[::1]:1", true),
        ("localhost.example", false), ("1270.0.0.1", false), ("10.0.0.1", false), ("[::2]", false),
        ("127.0.0.1.evil.example", false), ("127.evil", false), ("127.1", false),
    ])
    func `this machine is known by its usual names`(authority: String, isLoopback: Bool) throws {
        #expect(try #require(HTTPOrigin(scheme: "http", authority: authority)).isLoopback == isLoopback)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.1.9:80", true), ("[::1]", true), ("[0:0:0:0:0:0:0:1]:8", true),
        ("localhost", false),
        ("a.localhost", false), ("127.0.0.1.evil.example", false), ("127.1", false), ("0127.0.0.1", false),
        ("127.0.0.01", false), ("127.0.0.1.", false), ("2130706433", false), ("0x7f000001", false), ("0.0.0.0", false),
        ("128.0.0.1", false), ("[::]", false), ("[::2]", false), ("[1::1]", false), ("[::ffff:127.0.0.1]", false),
    ])
    func `this machine's addresses are told from names and numbers that look like them`(
        authority: String, isAddress: Bool
    ) throws {
        #expect(try #require(HTTPOrigin(scheme: "http", authority: authority)).isLoopbackAddress == isAddress)
    }
}
