import DurableFiles
public import FexValues
import Foundation
import GRDB

/// Why the wallet's database could not be read or written.
///
/// Nothing that was being written is half written. No description holds a value that is stored.
public struct StorageError: WalletError {
    /// What stands in the way. Further causes may be told apart from ``other``.
    public struct Cause: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case damage, newerVersion, full, notReadable, notWritable, exposed, busy, other
        }

        package let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// The file holds what the wallet never wrote there. The next start repairs it.
        public static let damage = Cause(.damage)
        /// The database was written by a newer version of the wallet. It is left as it is.
        public static let newerVersion = Cause(.newerVersion)
        /// There is no room left on the disk.
        public static let full = Cause(.full)
        /// The system does not let a file be read.
        public static let notReadable = Cause(.notReadable)
        /// The system does not let a file be written.
        public static let notWritable = Cause(.notWritable)
        /// A file or folder is not this user's alone: somebody else may have put it there.
        public static let exposed = Cause(.exposed)
        /// Another program is writing, and went on for longer than was waited for.
        public static let busy = Cause(.busy)
        /// Anything else: ``StorageError/problem`` says what.
        public static let other = Cause(.other)
    }

    /// What stands in the way.
    public private(set) var cause: Cause
    /// What SQLite or the system said, or which table and column are damaged; never a value that is stored.
    public var problem: String
    /// The file that it is about, where that is known.
    public var path: String?
    /// Whether a call that may have moved money went out before the database failed.
    public var money: MoneyEffect = .notMoved
    /// Whether the file holds what was never written there; then the next start repairs it.
    public var isDamage: Bool { cause == .damage }

    init(_ cause: Cause, _ problem: String, path: String? = nil) {
        self.cause = cause
        self.problem = problem
        self.path = path
    }

    init(_ problem: String) { self.init(.other, problem) }

    /// Damage: a column holds what the schema forbids, or the wallet could never have written.
    ///
    /// - Parameter column: Which, as `table.column`.
    static func damage(_ column: String) -> StorageError {
        StorageError(.damage, "\(column) holds what can't be there")
    }

    /// A database that a newer version has written.
    static func newerVersion(_ path: String?) -> StorageError {
        StorageError(.newerVersion, "it knows migrations that this version doesn't", path: path)
    }

    /// The same, saying what had to be written.
    func because(_ reason: String) -> StorageError {
        var error = self
        error.problem += "; \(reason)"
        return error
    }

    /// Whether what does not write may go on all the same: the system, or another program, stands in the way of writing.
    public var allowsReading: Bool {
        switch cause.kind {
        case .full, .notReadable, .notWritable, .busy: true
        case .damage, .newerVersion, .exposed, .other: false
        }
    }

    /// `storage_` and what stands in the way, such as `storage_full`; `storage_failed` for damage and for anything else.
    public var code: String {
        switch cause.kind {
        case .damage, .other: "storage_failed"
        case .newerVersion: "storage_newer"
        case .full: "storage_full"
        case .notReadable: "storage_not_readable"
        case .notWritable: "storage_not_writable"
        case .exposed: "storage_exposed"
        case .busy: "storage_busy"
        }
    }

    /// With the same key where a call went out before; never where the database is a newer version's; else later.
    public var retry: RetryAdvice {
        if money != .notMoved { return .sameKey }
        return cause == .newerVersion ? .never : .later
    }

    /// Which file, what stands in the way, and what to do about it; on one line.
    public var description: String {
        let file = path.map { PlainText.clean($0, limit: 1024) } ?? "the wallet's database"
        let problem = PlainText.clean(problem, limit: 200)
        return switch cause.kind {
        case .damage: "the wallet's database is damaged: \(problem); the next start mends it"
        case .newerVersion:
            "\(file) was written by a newer version of the wallet, and is left as it is: use that version"
        case .full: "the disk is full: \(file) can't be written"
        case .notReadable: "\(file) can't be read: \(problem)"
        case .notWritable: "\(file) can't be written: \(problem)"
        case .exposed: "\(file) is not this user's alone, and is not used: \(problem)"
        case .busy: "another program is writing to \(file): try again when it has finished"
        case .other: "the wallet's database failed: \(problem)"
        }
    }
}

extension StorageError {
    /// What a failure of SQLite, or of the system, means.
    ///
    /// - Parameter path: The database file; `nil` where there is none.
    init(_ error: DatabaseError, at path: String? = nil) {
        let said = "\(error.message ?? "error") (SQLite \(error.extendedResultCode.rawValue))"
        self.init(said, of: error, at: path)
    }

    private init(_ said: String, of error: DatabaseError, at path: String?) {
        switch error.resultCode {
        case _ where error.isDamage: self.init(.damage, said, path: path)
        case .SQLITE_FULL: self.init(.full, said, path: path)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self.init(.busy, said, path: path)
        case .SQLITE_READONLY: self = Self.find(at: path, writing: true) ?? .init(.notWritable, said, path: path)
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            self =
                Self.find(at: path, writing: false) ?? Self.find(at: path, writing: true)
                ?? .init(.notReadable, said, path: path)
        case .SQLITE_IOERR:
            let isReading = [.SQLITE_IOERR_READ, .SQLITE_IOERR_SHORT_READ].contains(error.extendedResultCode)
            self =
                Self.find(at: path, writing: true) ?? .init(isReading ? .notReadable : .notWritable, said, path: path)
        default: self.init(.other, said, path: path)
        }
    }

    /// What a failure of the system's means that is none of SQLite's.
    init(_ error: any Error, at path: String?) {
        switch error {
        case let error as StorageError:
            self = error
            self.path = error.path ?? path
        case let error as DatabaseError: self.init(error, at: path)
        case let error as CocoaError where error.code == .fileWriteOutOfSpace:
            self.init(.full, "no space left on device", path: error.filePath ?? path)
        case let error as CocoaError:
            self =
                Self.find(at: path, writing: true)
                ?? .init(.notWritable, "the system refuses it (\(error.code.rawValue))", path: error.filePath ?? path)
        default: self.init(.other, "\(type(of: error))", path: path)
        }
    }

    /// Which of a database's files the system keeps from being read or written.
    private static func find(at path: String?, writing: Bool) -> StorageError? {
        guard let path, !path.isEmpty else { return nil }
        let directory = URL(filePath: path).deletingLastPathComponent().path
        let files = [path, path + "-wal", path + "-shm"].filter { FileAccess.exists($0) }
        for file in [directory] + files {
            if let why = FileAccess.whyNotReadable(file) { return StorageError(.notReadable, why, path: file) }
        }
        guard writing else { return nil }
        for file in files + [directory] {
            if let why = FileAccess.whyNotWritable(file) { return StorageError(.notWritable, why, path: file) }
        }
        if FileAccess.isFull(directory) { return StorageError(.full, "no space left on device", path: path) }
        return nil
    }
}

extension CocoaError {
    fileprivate var filePath: String? { unsafe userInfo[NSFilePathErrorKey] as? String }
}
