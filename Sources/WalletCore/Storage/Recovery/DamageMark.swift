import Foundation
import GRDB

/// A small file beside the database that says it is damaged, and is to be mended at the next start.
///
/// A process that meets damage can't mend it at once: it is in the middle of something, and so may others be.
struct DamageMark: Sendable {
    let path: String

    init(ofDatabase path: String) { self.path = path + ".mend" }

    var isThere: Bool { FileManager.default.fileExists(atPath: path) }

    /// Whether this is the first that is known of the damage. A disk that has no room for it will fail again at the start.
    @discardableResult
    func leave() -> Bool {
        guard !isThere else { return false }
        return FileManager.default.createFile(atPath: path, contents: nil)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}

extension DatabaseError {
    /// Whether the file holds what SQLite never wrote.
    var isDamage: Bool { resultCode == .SQLITE_CORRUPT || resultCode == .SQLITE_NOTADB }

    /// Whether a database that can't be opened because of this is damaged: migrations that are shipped fail on no other.
    var isDamageOnOpening: Bool {
        isDamage || [.SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH].contains(resultCode)
    }
}
