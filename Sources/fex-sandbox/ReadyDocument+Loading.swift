import FexSandbox
import FexValues
import Foundation
import PaymentCodes
import TerminalProgram

extension ReadyDocument {
    /// Loads the document that a sandbox wrote.
    ///
    /// - Parameter file: Where it lies; `nil` takes `$FEX_SANDBOX_READY`.
    /// - Throws: ``TillError/configuration(_:)`` where there is none.
    static func load(_ file: String?) throws(TillError) -> ReadyDocument {
        var given = file.flatMap { $0.isEmpty ? nil : $0 }
        do {
            if given == nil { given = try ProgramArguments.variable("FEX_SANDBOX_READY") }
            if let given { try ProgramArguments.check(path: given) }
        } catch {
            throw .configuration(error.description)
        }
        guard let path = given ?? LatestSandbox.file?.path,
            given != nil || FileManager.default.fileExists(atPath: path)
        else {
            throw .configuration("no sandbox runs: start one with `fex-sandbox serve`, or name its ready document")
        }
        guard let data = FileManager.default.contents(atPath: path), let json = try? JSON(parsing: data) else {
            throw .configuration("\(Quotation.fitToBeShown(path)) is not a ready document")
        }
        return ReadyDocument(json)
    }
}
