import FexSandbox
import Foundation
import WalletCore

extension ReadyDocument {
    /// Loads the document that a sandbox wrote.
    ///
    /// - Parameter file: Where it lies; `nil` takes `$FEX_SANDBOX_READY`.
    /// - Throws: ``TillError/configuration(_:)`` where there is none.
    static func load(_ file: String?) throws(TillError) -> ReadyDocument {
        let path = file ?? ProcessInfo.processInfo.environment["FEX_SANDBOX_READY"]
        guard let path, !path.isEmpty else {
            throw .configuration("the sandbox's ready document is needed: --ready FILE, or $FEX_SANDBOX_READY")
        }
        guard let data = FileManager.default.contents(atPath: path), let json = try? JSON(parsing: data) else {
            throw .configuration("\(path) is not a ready document")
        }
        return ReadyDocument(json)
    }
}
