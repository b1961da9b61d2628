#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension SecretFolder {
    /// Removes the locks, and the folder unless something else is in it. Who holds a lock, or waits for one, loses it.
    func removeLocks() {
        for lock in [".write", ".move", ".lock"] { _ = unsafe unlink("\(path)/\(lock)") }
        _ = unsafe rmdir(path)
    }
}
