import HTTPTypes
import Testing

@testable import WalletCurl

struct ResponseHeadTests {
    @Test(arguments: ["\r\n", "\n"])
    func `lines become a status and fields`(lineBreak: String) throws {
        let head = read(["HTTP/1.1 200 Fine", "ETag:\t \"v1\"  ", "X-Empty:", ""], lineBreak: lineBreak)
        let response = try #require(head.response)
        #expect(response.status.code == 200)
        #expect(response.headerFields[.eTag] == "\"v1\"")
        #expect(response.headerFields[try #require(.init("X-Empty"))] == "")
    }

    @Test func `a field that comes twice is kept twice`() throws {
        let response = try #require(read(["HTTP/2 200", "Vary: a", "vary: b", ""]).response)
        #expect(response.headerFields[values: .vary] == ["a", "b"])
    }

    @Test func `a folded line goes on with the value before it`() throws {
        let response = try #require(read(["HTTP/1.1 200 OK", "Server: one", "  two", "\tthree", ""]).response)
        #expect(response.headerFields[.server] == "one two three")
    }

    @Test func `interim answers and trailers leave no field`() throws {
        let lines = [
            "HTTP/1.1 100 Continue", "", "HTTP/1.1 103 Hints", "Vary: hint", "", "HTTP/1.1 204 No", "Vary: x", "",
            "Vary: late", "",
        ]
        let response = try #require(read(lines).response)
        #expect(response.status.code == 204)
        #expect(response.headerFields[values: .vary] == ["x"])
    }

    @Test(arguments: [[], ["HTTP/1.1 200 OK"], ["HTTP/1.1 200 OK", "Vary: x"], ["HTTP/1.1 100 Continue", ""]])
    func `half a head is none`(lines: [String]) {
        let head = read(lines)
        #expect(head.response == nil)
        #expect(head.refusal == nil)
    }

    @Test(arguments: [
        ["SSH-2.0 x"], ["HTTP/1.1"], ["HTTP/1.1 20"], ["HTTP/1.1 2000"], ["HTTP/1.1 099"], ["HTTP/1.1 2x0"],
        ["X HTTP/1.1 200"],
        ["HTTP/1.1 200", "no colon"], ["HTTP/1.1 200", ": no name"], ["HTTP/1.1 200", "a b: c"],
        ["HTTP/1.1 200", " folded"],
    ])
    func `what is no head is refused`(lines: [String]) {
        #expect(read(lines).refusal == .malformed)
    }

    @Test func `more than is bearable is refused`() {
        let many = (0...ResponseHead.fieldLimit).map { "X-\($0): y" }
        #expect(read(["HTTP/1.1 200 OK"] + many + [""]).refusal == .tooLarge)
        let large = "X: " + String(repeating: "y", count: ResponseHead.byteLimit)
        #expect(read(["HTTP/1.1 200 OK", large]).refusal == .tooLarge)
        let trailers = Array(repeating: "X: " + String(repeating: "y", count: 1000), count: 70)
        #expect(read(["HTTP/1.1 200 OK", ""] + trailers).refusal == .tooLarge)
        #expect(read(["HTTP/1.1 200 OK"] + many.dropFirst() + [""]).response != nil)
    }

    private func read(_ lines: [String], lineBreak: String = "\r\n") -> ResponseHead {
        var head = ResponseHead()
        for line in lines where head.refusal == nil {
            _ = head.receive(Array((line + lineBreak).utf8))
        }
        return head
    }
}
