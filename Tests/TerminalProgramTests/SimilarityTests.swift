import Testing

@testable import TerminalProgram

@Suite struct SimilarityTests {
    @Test(arguments: [
        ("hsitory", "history"), ("hisotry", "history"), ("histroy", "history"), ("pya", "pay"), ("apy", "pay"),
        ("statsu", "status"), ("stat", "status"), ("aprove", "approve"), ("xyz", nil), ("", nil), ("frobnicate", nil),
    ])
    func `a slip is known`(word: String, meant: String?) {
        #expect(Similarity.nearest(to: word, among: ["history", "pay", "status", "approve"]) == meant)
    }
}
