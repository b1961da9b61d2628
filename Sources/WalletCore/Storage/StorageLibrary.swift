import GRDBSQLite

/// The C library under the database.
public enum StorageLibrary {
    /// The version of SQLite that this process runs with: `3.40.1`.
    public static var version: String {
        guard let version = unsafe sqlite3_libversion() else { return "unknown" }
        return unsafe String(cString: version)
    }
}
