import GRDBSQLite

extension Sandbox {
    /// The version of SQLite that keeps the sandbox's state: `3.40.1`.
    public static var storageVersion: String {
        guard let version = unsafe sqlite3_libversion() else { return "unknown" }
        return unsafe String(cString: version)
    }
}
