import CBareSQLite
import WalletCore

/// A wallet's database, read by a C program: the statements are prepared once.
@safe final class BareDatabase {
    private let handle: OpaquePointer

    init(path: String) throws {
        guard let handle = unsafe bare_open(path) else { throw BareFailure("\(path) can't be opened") }
        unsafe self.handle = handle
    }

    deinit { unsafe bare_close(handle) }

    /// Prepares a question: what stands after `SELECT columns FROM`, with a `%` where the labels are joined.
    func prepare(_ question: String) throws -> BareQuery {
        let columns = unsafe String(cString: bare_columns)
        let joins = unsafe String(cString: bare_joins)
        let parts = question.split(separator: "%", omittingEmptySubsequences: false)
        let sql = "SELECT \(columns) FROM " + parts.joined(separator: joins)
        guard let query = unsafe bare_prepare(handle, sql) else {
            throw BareFailure("\(unsafe String(cString: bare_problem(handle))): \(sql)")
        }
        return unsafe BareQuery(query, of: self)
    }
}

/// A statement of a ``BareDatabase``.
@safe final class BareQuery {
    /// What takes the place of a question mark.
    enum Value {
        case integer(Int64)
        case text(String)
        case bytes([UInt8])
    }

    private let handle: OpaquePointer
    private let database: BareDatabase

    fileprivate init(_ handle: OpaquePointer, of database: BareDatabase) {
        unsafe self.handle = handle
        self.database = database
    }

    deinit { unsafe bare_finalize(handle) }

    func bind(_ values: [Value]) throws {
        for (index, value) in values.enumerated() {
            let position = Int32(index + 1)
            let isBound =
                switch value {
                case .integer(let number): unsafe bare_bind_integer(handle, position, number)
                case .text(let text): unsafe bare_bind_text(handle, position, text)
                case .bytes(let bytes): unsafe bare_bind_blob(handle, position, bytes, Int32(bytes.count))
                }
            guard isBound else { throw BareFailure("parameter \(position) can't be bound") }
        }
    }

    /// Asks, and copies all columns of all rows; how many rows there are.
    @discardableResult
    func run() throws -> Int {
        let count = unsafe bare_run(handle)
        guard count >= 0 else { throw BareFailure("a statement failed") }
        return Int(count)
    }

    /// The places of the rows of the last run, and their ids as they lie in the file.
    func rows(_ count: Int) -> [(place: Int64, id: [UInt8])] {
        guard count > 0 else { return [] }
        let rows = unsafe UnsafeBufferPointer(start: bare_rows(handle), count: count)
        return unsafe rows.map { row in
            unsafe (row.place, Array(UnsafeBufferPointer(start: row.id.bytes, count: Int(row.id.count))))
        }
    }
}

/// What a C program would have said.
struct BareFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
