import FexValues
import Testing

@Suite struct RedactedTests {
    private struct Session {
        var user = "alice"
        var tokens = [Redacted("hunter2"), Redacted("hunter3")]
        var key = Redacted(["hunter4": 1])
    }

    @Test func `what is nobody's to see is in no description, dump or mirror, also of what holds it`() {
        let session = Session()
        var dumped = ""
        dump(session, to: &dumped)
        let texts = [
            dumped, "\(session)", String(reflecting: session), String(describing: session.key), "\(session.tokens)",
            session.tokens.debugDescription, "\(Mirror(reflecting: session.key).children.map(\.value))",
        ]
        for text in texts { #expect(!text.contains("hunter"), "\(text)") }
        #expect("\(session.key)" == "redacted" && dumped.contains("redacted") && dumped.contains("alice"))
        #expect(session.tokens.map(\.value) == ["hunter2", "hunter3"])
        #expect(Redacted("a") == Redacted("a") && Redacted("a") != Redacted("b"))
    }
}
