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
    /// How SQLite's sentences begin where a question is too long, or a transaction is not as it has to be. All other SQL of
    /// the wallet is fixed: if it fails, a value or the schema is none that the wallet wrote.
    private static let saidOfQuestions = ["fts5:", "too many", "Expression tree", "parser stack", "cannot "]

    /// Whether the file holds what SQLite or the wallet never wrote.
    var isDamage: Bool {
        switch resultCode {
        // A write looks in its own transaction for what it may not collide with, so a constraint that fails met a row or an
        // index entry that the wallet never wrote.
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH: true
        case .SQLITE_ERROR: !Self.saidOfQuestions.contains { message?.hasPrefix($0) != false }
        default: false
        }
    }

    /// Whether a database that can't be opened because of this is damaged: migrations that are shipped fail on no other.
    var isDamageOnOpening: Bool { isDamage || resultCode == .SQLITE_ERROR }
}
