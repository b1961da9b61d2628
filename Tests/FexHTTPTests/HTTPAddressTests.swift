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
}
