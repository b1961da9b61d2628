package import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the system lets this process do with a file.
package enum FileAccess {
    /// Whether there is a file or directory of that name, as far as this process may see it.
    package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// The size of a file in bytes; `nil` where there is none.
    ///
    /// - Throws: ``FileFailure`` where that can't be told: a directory on the way may not be searched.
    package static func size(_ path: String) throws(FileFailure) -> Int? {
        var found = stat()
        guard unsafe stat(path, &found) != 0 else { return Int(found.st_size) }
        guard errno == ENOENT || errno == ENOTDIR else { throw .last }
        return nil
    }

    /// What a file holds; `nil` where there is none.
    ///
    /// - Throws: ``FileFailure`` where there is one, or may be one, and it can't be read.
    package static func contents(_ path: String) throws(FileFailure) -> Data? {
        guard try size(path) != nil else { return nil }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw .last }
            return nil
        }
        defer { close(descriptor) }
        var contents = Data()
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .last }
            guard count > 0 else { return contents }
            contents.append(contentsOf: chunk[..<count])
        }
    }

    /// Why this process can't read a file, or a directory's files, in the system's words; `nil` if it can.
    package static func whyNotReadable(_ path: String) -> String? {
        why(path, isDirectory(path) ? R_OK | X_OK : R_OK)
    }

    /// Why this process can't write a file, or make files in a directory, in the system's words; `nil` if it can.
    package static func whyNotWritable(_ path: String) -> String? {
        why(path, isDirectory(path) ? W_OK | X_OK : W_OK)
    }

    /// Whether the file system that a path is on has no room left.
    package static func isFull(_ path: String) -> Bool {
        var found = statvfs()
        return unsafe statvfs(path, &found) == 0 && found.f_blocks > 0 && found.f_bavail == 0
    }

    private static func isDirectory(_ path: String) -> Bool {
        var found = stat()
        return unsafe stat(path, &found) == 0 && found.st_mode & S_IFMT == S_IFDIR
    }

    private static func why(_ path: String, _ mode: Int32) -> String? {
        unsafe access(path, mode) == 0 ? nil : FileFailure.last.description
    }
}
