import FexValues
import Foundation
import GRDB
import GRDBSQLite

/// A row of an answer as SQLite stands at it; good until the next row is asked for.
///
/// GRDB's rows end the process where a value is not of the type that is asked for, and print the row. A damaged file may
/// hold any value anywhere, whatever the schema forbids. Here that is a ``StorageError`` of damage, which names the column
/// and not the value.
@safe struct StoredRow {
    private let statement: SQLiteStatement

    fileprivate init(_ statement: Statement) { unsafe self.statement = statement.sqliteStatement }

    private func type(_ index: CInt) -> CInt { unsafe sqlite3_column_type(statement, index) }

    func isNull(_ index: CInt) -> Bool { type(index) == SQLITE_NULL }

    /// A value that may be NULL.
    private func optional<Value>(
        _ index: CInt, _ column: String, _ read: (CInt, String) throws(StorageError) -> Value
    ) throws(StorageError) -> Value? {
        isNull(index) ? nil : try read(index, column)
    }

    // MARK: - Numbers

    func integer(_ index: CInt, _ column: String) throws(StorageError) -> Int64 {
        guard type(index) == SQLITE_INTEGER else { throw .damage(column) }
        return unsafe sqlite3_column_int64(statement, index)
    }

    func optionalInteger(_ index: CInt, _ column: String) throws(StorageError) -> Int64? {
        try optional(index, column, integer)
    }

    /// How many of something there are: never negative, and never so many that one more would be too many.
    func count(_ index: CInt, _ column: String) throws(StorageError) -> Int {
        let number = try integer(index, column)
        guard (0...1 << 53).contains(number) else { throw .damage(column) }
        return Int(number)
    }

    func optionalCount(_ index: CInt, _ column: String) throws(StorageError) -> Int? {
        try optional(index, column, count)
    }

    func flag(_ index: CInt, _ column: String) throws(StorageError) -> Bool {
        let number = try integer(index, column)
        guard number == 0 || number == 1 else { throw .damage(column) }
        return number == 1
    }

    /// A moment within the years that can be written.
    func time(_ index: CInt, _ column: String) throws(StorageError) -> Timestamp {
        let moment = Timestamp(milliseconds: try integer(index, column))
        guard Timestamp.storable.contains(moment) else { throw .damage(column) }
        return moment
    }

    func optionalTime(_ index: CInt, _ column: String) throws(StorageError) -> Timestamp? {
        try optional(index, column, time)
    }

    /// An amount beside its currency.
    func money(
        _ index: CInt, _ column: String, in currencyIndex: CInt, _ currencyColumn: String
    ) throws(StorageError) -> Money {
        let (units, code) = (try integer(index, column), try text(currencyIndex, currencyColumn))
        guard let currency = try? Currency(code) else { throw .damage(currencyColumn) }
        return try Money(stored: units, currency, column)
    }

    // MARK: - Texts

    func text(_ index: CInt, _ column: String) throws(StorageError) -> String {
        guard type(index) == SQLITE_TEXT, let bytes = unsafe sqlite3_column_text(statement, index) else {
            throw .damage(column)
        }
        let count = unsafe Int(sqlite3_column_bytes(statement, index))
        let text = unsafe String(validating: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
        guard let text else { throw .damage(column) }
        return text
    }

    func optionalText(_ index: CInt, _ column: String) throws(StorageError) -> String? {
        try optional(index, column, text)
    }

    /// One of several words.
    func word<Word: RawRepresentable<String>>(_ index: CInt, _ column: String) throws(StorageError) -> Word {
        guard let word = Word(rawValue: try text(index, column)) else { throw .damage(column) }
        return word
    }

    func optionalWord<Word: RawRepresentable<String>>(
        _ index: CInt, _ column: String
    ) throws(StorageError) -> Word? {
        isNull(index) ? nil : try word(index, column)
    }

    func bytes(_ index: CInt, _ column: String) throws(StorageError) -> Data {
        guard type(index) == SQLITE_BLOB else { throw .damage(column) }
        let count = unsafe Int(sqlite3_column_bytes(statement, index))
        guard count > 0, let bytes = unsafe sqlite3_column_blob(statement, index) else { return Data() }
        return unsafe Data(bytes: bytes, count: count)
    }

    // MARK: - Ids

    func id<Of>(_ index: CInt, _ column: String) throws(StorageError) -> OpaqueID<Of> {
        guard let id = OpaqueID<Of>(try text(index, column)) else { throw .damage(column) }
        return id
    }

    func optionalID<Of>(_ index: CInt, _ column: String) throws(StorageError) -> OpaqueID<Of>? {
        isNull(index) ? nil : try id(index, column)
    }

    /// An id as a column of the ledger holds it.
    func storedID(_ index: CInt, _ column: String) throws(StorageError) -> StoredID {
        if type(index) == SQLITE_TEXT { return StoredID(text: try text(index, column)) }
        guard type(index) == SQLITE_BLOB, unsafe sqlite3_column_bytes(statement, index) == 16,
            let bytes = unsafe sqlite3_column_blob(statement, index)
        else { throw .damage(column) }
        return unsafe StoredID(uuid: UnsafeRawBufferPointer(start: bytes, count: 16))
    }

    func optionalStoredID(_ index: CInt, _ column: String) throws(StorageError) -> StoredID? {
        try optional(index, column, storedID)
    }
}

extension Money {
    /// An amount as a column holds it.
    init(stored minorUnits: Int64, _ currency: Currency, _ column: String) throws(StorageError) {
        do { try self.init(minorUnits: minorUnits, currency: currency) } catch { throw .damage(column) }
    }
}

extension Timestamp {
    /// The moments that RFC 3339 has a text for. What is reckoned with one of them never overflows.
    static let storable =
        Timestamp(milliseconds: -62_167_305_600_000)...Timestamp(milliseconds: 253_402_387_199_999)
}

extension Database {
    /// Reads the rows of an answer one by one.
    func eachRow(
        _ sql: String, _ arguments: StatementArguments = StatementArguments(), _ body: (StoredRow) throws -> Void
    ) throws {
        let statement = try cachedStatement(sql: sql)
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while try rows.next() != nil { try body(StoredRow(statement)) }
    }

    /// What the rows of an answer hold.
    func rows<Value>(
        _ sql: String, _ arguments: StatementArguments = StatementArguments(), _ read: (StoredRow) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        try eachRow(sql, arguments) { values.append(try read($0)) }
        return values
    }

    /// What the first row of an answer holds; `nil` where there is none.
    func row<Value>(
        _ sql: String, _ arguments: StatementArguments = StatementArguments(), _ read: (StoredRow) throws -> Value
    ) throws -> Value? {
        let statement = try cachedStatement(sql: sql)
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        return try rows.next() == nil ? nil : read(StoredRow(statement))
    }

    /// What a question that is answered by yes or no is answered.
    func answers(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Bool {
        try row(sql, arguments) { try $0.flag(0, "an answer") } ?? false
    }
}
