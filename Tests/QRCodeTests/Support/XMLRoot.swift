import Foundation
import Subprocess

/// The reader of XML that the tests trust: Python's.
enum XMLRoot {
    /// The name of a document's outermost element, with its namespace; `nil` where it is no document.
    static func name(of text: String) async throws -> String? {
        let file = FileManager.default.temporaryDirectory.appending(path: "xml-\(UUID().uuidString)")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let script = "import sys, xml.etree.ElementTree as t; print(t.parse(sys.argv[1]).getroot().tag, end='')"
        let reading = try await run(
            .name("python3"), arguments: ["-c", script, file.path], output: .string(limit: 1 << 10))
        return reading.terminationStatus.isSuccess ? reading.standardOutput : nil
    }
}
