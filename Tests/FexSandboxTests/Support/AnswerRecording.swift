import FexValues
import Foundation
import Synchronization

/// A recording of what sandboxes answer in tests, in the file that FEX_RECORDED_ANSWERS names; none where it names none.
///
/// `Scripts/test` has `Scripts/checks/contract/answers.py` hold it against the OpenAPI documents.
enum AnswerRecording {
    private static let file = Mutex(
        ProcessInfo.processInfo.environment["FEX_RECORDED_ANSWERS"].flatMap { FileHandle(forWritingAtPath: $0) })

    /// Adds an answer as a line.
    ///
    /// - Parameters:
    ///   - path: The path, without a query.
    ///   - headers: The answer's headers, their names in lower case.
    static func add(
        _ method: String, _ path: String, status: Int, headers: [String: String], body: Data
    ) throws {
        try file.withLock { file in
            guard let file else { return }
            let answer: JSON = [
                "method": .string(method), "path": .string(path), "status": .integer(Int64(status)),
                "headers": .object(JSONObject(headers.map { JSONObject.Member($0.key, .string($0.value)) })),
                "body": .string(body.base64EncodedString()),
            ]
            try file.write(contentsOf: answer.data + Data("\n".utf8))
        }
    }
}
