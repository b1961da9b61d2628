import FexValues
import Foundation
import Testing

@testable import FexHTTP

struct HTTPAddressTests {
    static let base = HTTPOrigin(scheme: "http", authority: "a").flatMap { HTTPAddress($0, target: "/b/c/d;p?q") }

    // RFC 3986, section 5.4, but for the references that name no HTTP address, and fragments, which are dropped.
    @Test(arguments: [
        ("g", "/b/c/g"), ("./g", "/b/c/g"), ("g/", "/b/c/g/"), ("/g", "/g"), ("?y", "/b/c/d;p?y"), ("g?y", "/b/c/g?y"),
        ("#s", "/b/c/d;p?q"), ("g#s", "/b/c/g"), ("g?y#s", "/b/c/g?y"), (";x", "/b/c/;x"), ("g;x", "/b/c/g;x"),
        ("", "/b/c/d;p?q"), (".", "/b/c/"), ("./", "/b/c/"), ("..", "/b/"), ("../", "/b/"), ("../g", "/b/g"),
        ("../..", "/"), ("../../", "/"), ("../../g", "/g"), ("../../../g", "/g"), ("/./g", "/g"), ("/../g", "/g"),
        ("g.", "/b/c/g."), (".g", "/b/c/.g"), ("g..", "/b/c/g.."), ("..g", "/b/c/..g"), ("./../g", "/b/g"),
        ("./g/.", "/b/c/g/"), ("g/./h", "/b/c/g/h"), ("g/../h", "/b/c/h"), ("g;x=1/./y", "/b/c/g;x=1/y"),
        ("g;x=1/../y", "/b/c/y"), ("g?y/./x", "/b/c/g?y/./x"), ("g?y/../x", "/b/c/g?y/../x"), ("//a/g", "/g"),
        ("http://a", "/"), ("http://a?x", "/?x"), ("HTTP://A:80/x//y", "/x//y"),
    ])
    func `a reference resolves as the standard's examples do`(reference: String, target: String) throws {
        let base = try #require(HTTPAddressTests.base)
        let resolved = try #require(base.resolving(reference))
        #expect(resolved.target == target)
        #expect(resolved.origin == base.origin)
    }

    @Test(arguments: [("//g", "http://g/"), ("https://a/x", "https://a/x"), ("http://a:81", "http://a:81/")])
    func `a reference may lead to another origin`(reference: String, address: String) throws {
        let base = try #require(HTTPAddressTests.base)
        let resolved = try #require(base.resolving(reference))
        #expect(resolved.description == address)
        #expect(resolved.origin != base.origin)
    }

    @Test(arguments: [
        "g:h", "http:g", "mailto:a@b", "http://", "http:///g", "http://user@a/", "//user:pass@a/", "a b", "/é", "/%",
        "/%g0", "/a\u{0}", "/\u{7F}", "/a\"b", "/<a>", "/a\\b", "http://a\\@b/",
    ])
    func `a reference to what is no HTTP address resolves to nothing`(reference: String) throws {
        #expect(try #require(HTTPAddressTests.base).resolving(reference) == nil)
    }

    @Test(arguments: [
        ("https://api.example", "https://api.example/"), ("HTTPS://API.Example:443/a?b=c", "https://api.example/a?b=c"),
        ("http://[::1]:8080/a/", "http://[::1]:8080/a/"), ("http://127.0.0.1?x", "http://127.0.0.1/?x"),
        ("http://a/b/../c", "http://a/c"), ("http://a/%C3%A9", "http://a/%C3%A9"),
    ])
    func `an address is one text however it was written`(text: String, address: String) throws {
        #expect(HTTPAddress(text)?.description == address)
        #expect(try HTTPAddress(try #require(URL(string: text))).description == address)
    }

    @Test(arguments: [
        "", "a", "//a/", "api.example", "file:///a", "ftp://a/", "http:/a", "http://", "http:///a", "http://user@a/",
        "http://user:pass@a/", "http://a:99999/", "http://127.0.0.1 .example/", "http://127%2e0.0.1/", "http://a/b c",
        "http://a/ HTTP/1.1\r\nX: y", "http://a/é", "http://a/%4", "http://a/#there",
        "http://a/" + String(repeating: "a", count: 100_000),
    ])
    func `a text that two readers could read differently is no address`(text: String) {
        #expect(HTTPAddress(text) == nil)
    }

    @Test func `what a refused address may hold of secrets is not in the error`() throws {
        let url = try #require(URL(string: "https://user:s3cr3t@api.example/p4th?token=t0ken"))
        let error = try #require(throws: HTTPAddressError.self) { try HTTPAddress(url) }
        #expect(error.description == "https://api.example is not the address of an HTTP server")
        #expect(error.retry == .never)
        #expect(error.money == .notMoved)
    }

    @Test(arguments: [
        ("https://a", "/b/c", "https://a/b/c"), ("https://a/", "/b", "https://a/b"),
        ("https://a/x//", "/b", "https://a/x/b"),
        ("https://a/x?y", "/b", "https://a/x/b"), ("https://a", "", "https://a/"), ("https://a/x", "", "https://a/x"),
        ("https://a", "/b c/é?#%", "https://a/b%20c/%C3%A9%3F%23%25"),
    ])
    func `what lies under an address keeps its path and escapes its own`(base: String, path: String, text: String)
        throws
    {
        let address = try #require(HTTPAddress(base)).appending(path)
        #expect(address.description == text)
        #expect(HTTPAddress(text) == address)
    }

    @Test func `a query is escaped as a form is`() throws {
        let address = try #require(HTTPAddress("https://a/b")).appending("/c", query: [("x", "1"), ("ä b", "&=+ /~")])
        #expect(address.description == "https://a/b/c?x=1&%C3%A4%20b=%26%3D%2B%20%2F~")
    }
}
