import FexValues
import Foundation
import Testing

@testable import PaymentCodes

/// One line of the cases in Tests/Cases/codes: a code, and what is to be said of it.
private struct CodeCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Expectation: Decodable, Sendable {
        let foreign: String?
        let summary_contains: [String]?
        let summary_lacks: [String]?
    }

    let name: String
    let input: String?
    let input_hex: String?
    let expect: Expectation

    var testDescription: String { name }

    /// The code's bytes, as a camera or a pipe gives them.
    var bytes: [UInt8] {
        guard let input_hex else { return Array((input ?? "").utf8) }
        return stride(from: 0, to: input_hex.utf8.count, by: 2).compactMap { start in
            UInt8(input_hex.dropFirst(start).prefix(2), radix: 16)
        }
    }

    static let all: [CodeCase] = {
        let cases = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Cases/codes")
        return ["banks", "everyday"].flatMap { file -> [CodeCase] in
            let lines = try? String(contentsOf: cases.appending(path: "\(file).jsonl"), encoding: .utf8)
            return (lines ?? "").split(separator: "\n").compactMap {
                try? JSONDecoder().decode(CodeCase.self, from: Data($0.utf8))
            }
        }
    }()
}

@Suite struct CodeCaseTests {
    @Test func `the cases of banks and of everyday codes are read`() { #expect(CodeCase.all.count > 200) }

    @Test(arguments: CodeCase.all)
    private func `a code from the field is named, and what it says is told`(example: CodeCase) throws {
        let text = try #require(ScannedCode.text(of: example.bytes))
        guard case .foreign(let code) = try ScannedCode(parsing: text) else {
            Issue.record("not a foreign code")
            return
        }
        #expect(code.kind.rawValue == example.expect.foreign)
        for wanted in example.expect.summary_contains ?? [] {
            #expect(wanted.split(separator: "|").contains { code.summary.contains($0) }, "\(wanted): \(code.summary)")
        }
        for unwanted in example.expect.summary_lacks ?? [] { #expect(!code.summary.contains(unwanted)) }
    }
}
