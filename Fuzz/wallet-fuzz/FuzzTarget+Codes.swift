import FexValues
import Foundation
import PaymentCodes

extension FuzzTarget {
    /// What a camera or a pipe gives: whatever comes of it, it may be shown.
    static let codes = FuzzTarget(
        name: "codes", maximumLength: 8192,
        seeds: {
            let cases = file("Tests/Cases/codes")
            let files = try FileManager.default.contentsOfDirectory(at: cases, includingPropertiesForKeys: nil)
            return try files.sorted { $0.path < $1.path }.flatMap { file in
                try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line -> [UInt8]? in
                    let document = try JSON(parsing: String(line))
                    if let hex = document["input_hex"]?.stringValue { return Hexadecimal.bytes(hex) }
                    return document["input"]?.stringValue.map { Array($0.utf8) }
                }
            }
        },
        run: { bytes in
            if let text = ScannedCode.text(of: bytes) { tell(text) }
            tell(String(decoding: bytes, as: UTF8.self))
        })

    private static func tell(_ text: String) {
        do throws(CodeError) {
            switch try ScannedCode(parsing: text) {
            case .merchant(let code):
                hold(PlainText.isClean(code.merchantName ?? ""), "the merchant's name can't be shown")
                hold(code.amount?.minorUnits != 0, "the amount is zero")
            case .wallet(let code):
                hold(text.utf8.count >= code.text.utf8.count, "the code is longer than its text")
            case .foreign(let code):
                hold(!code.summary.isEmpty, "there is no summary")
                hold(PlainText.clean(code.summary, limit: 2_000) == code.summary, "the summary can't be shown")
            }
        } catch {
            hold(PlainText.clean(error.description) == error.description, "the error can't be shown")
        }
    }
}
