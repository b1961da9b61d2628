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

    @Test(arguments: [
        ("wrong name or hunter/2", "wrong name or redacted"), ("hunter%2F2&hunter/2", "redacted&redacted"),
        ("hunter", "hunter"), ("", ""),
    ])
    func `a text that repeats a secret is told without it`(text: String, told: String) {
        #expect(Redacted("hunter/2").withheld(from: text) == told)
    }

    @Test(arguments: ["wrong", "a1", "password"])
    func `a secret that is a word stays in a text, where its absence would tell it`(secret: String) {
        #expect(Redacted(secret).withheld(from: "wrong name or password a1") == "wrong name or password a1")
    }
}
