import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files and folders that are one user's alone: how they are made, and whether those found are.
///
/// Modes don't depend on the umask, which whoever starts a process chooses. What belongs to root counts as one's own, as to
/// `sshd`: root needs no permission. What others may read and is one's own is taken from them; what is a link, is somebody
/// else's, or can be written by others is refused, since somebody else may have put it there.
package enum PrivateFiles {
    private static let openToOthers: mode_t = 0o077
    private static let writableByOthers: mode_t = 0o022

    // MARK: Making

    /// Makes a folder, and those above it that are missing, each for its owner alone. One that is there is left as it is.
    package static func makeFolder(_ path: String) throws(FileFailure) {
        if unsafe mkdir(path, 0o700) == 0 {
            // The umask may have taken rights from the owner too.
            unsafe chmod(path, 0o700)
            return
        }
        let failure = FileFailure.last
        switch failure.number {
        case ENOENT where !parent(of: path).isEmpty && parent(of: path) != path:
            try makeFolder(parent(of: path))
            try makeFolder(path)
        default:
            // Some systems say of a folder that is there that it can't be made for another reason.
            guard let found = look(path, following: true), found.isFolder else { throw failure }
        }
    }

    /// Opens a file to be read and written; where there is none it is made, for its owner alone. A link is not followed.
    ///
    /// - Returns: The file's descriptor, to be closed by the caller.
    package static func open(_ path: String) throws(FileFailure) -> Int32 {
        while true {
            if let made = try make(path) { return made }
            let found = unsafe openFile(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0)
            if found >= 0 { return found }
            // Between the two it may have been removed.
            guard errno == ENOENT else { throw .last }
        }
    }

    /// Makes an empty file for its owner alone; takes one that is there from others, unless it is somebody else's.
    ///
    /// A file that is there is not opened: to close it would end the locks that this process has on it.
    package static func prepare(_ path: String) throws(FileFailure) {
        if let made = try make(path) {
            close(made)
        } else if let found = look(path), found.isFile {
            takeFromOthers(path, found)
        }
    }

    private static func make(_ path: String) throws(FileFailure) -> Int32? {
        let descriptor = unsafe openFile(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            guard errno == EEXIST else { throw .last }
            return nil
        }
        fchmod(descriptor, 0o600)
        return descriptor
    }

    // MARK: Looking

    /// Makes sure that nobody can put another folder in the place of one, or of what there is of the way to it: where everybody
    /// may write and remove what is not theirs, anybody can. Who else may write above is the system's affair.
    package static func checkWay(to path: String) throws(FileExposure) {
        var above = parent(of: path)
        while !above.isEmpty, above != "/", look(above, following: true) == nil { above = parent(of: above) }
        guard let found = look(above.isEmpty ? "." : above, following: true) else { return }
        let anybody = found.mode & S_IWOTH != 0 && found.mode & mode_t(S_ISVTX) == 0
        guard !anybody else { throw FileExposure(path, .replaceable(folder: above)) }
    }

    /// Makes sure that a file or folder is this user's alone.
    ///
    /// - Parameters:
    ///   - isFolder: Which of both it has to be; `nil` where either will do.
    ///   - mayBeOpen: Whether others may look into the folder, and add to it where they can't remove what is not theirs: for one
    ///     of which everything that is used is looked at too. Nothing is taken from them then.
    /// - Returns: Whether it is there.
    @discardableResult
    package static func check(
        _ path: String, isFolder: Bool?, mayBeOpen: Bool = false
    ) throws(FileExposure) -> Bool {
        guard let found = look(path) else {
            guard errno == ENOENT || errno == ENOTDIR else { throw FileExposure(path, .hidden(.last)) }
            return false
        }
        guard !found.isLink else { throw FileExposure(path, .link) }
        if let isFolder {
            guard found.isFolder == isFolder else { throw FileExposure(path, isFolder ? .noFolder : .noFile) }
        }
        guard found.owner == geteuid() || found.owner == 0 else {
            throw FileExposure(path, .foreign(owner: found.owner))
        }
        let isSticky = found.mode & mode_t(S_ISVTX) != 0
        guard found.mode & writableByOthers == 0 || mayBeOpen && isSticky else { throw FileExposure(path, .writable) }
        if !mayBeOpen { takeFromOthers(path, found) }
        return true
    }

    /// Makes sure of everything in a folder, at any depth.
    package static func checkContents(of folder: String) throws(FileExposure) {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
            guard unsafe access(folder, R_OK | X_OK) != 0, errno != ENOENT else { return }
            throw FileExposure(folder, .hidden(.last))
        }
        for name in names {
            let path = "\(folder)/\(name)"
            if try check(path, isFolder: nil), look(path)?.isFolder == true { try checkContents(of: path) }
        }
    }

    /// Takes a folder from others who may look into it; from no one where others may also write it.
    package static func takeFromOthers(_ folder: String) {
        guard let found = look(folder), found.isFolder, found.mode & writableByOthers == 0 else { return }
        takeFromOthers(folder, found)
    }

    /// Where this can't be done, the file system doesn't bear it or it is root's: then it was open before.
    private static func takeFromOthers(_ path: String, _ found: Found) {
        guard found.mode & openToOthers != 0, found.owner == geteuid() else { return }
        unsafe chmod(path, found.mode & 0o7700)
    }

    private struct Found {
        var mode: mode_t
        var owner: uid_t
        var isLink: Bool { mode & S_IFMT == S_IFLNK }
        var isFolder: Bool { mode & S_IFMT == S_IFDIR }
        var isFile: Bool { mode & S_IFMT == S_IFREG }
    }

    private static func look(_ path: String, following: Bool = false) -> Found? {
        var found = stat()
        guard unsafe (following ? stat(path, &found) : lstat(path, &found)) == 0 else { return nil }
        return Found(mode: found.st_mode, owner: found.st_uid)
    }

    private static func parent(of path: String) -> String { (path as NSString).deletingLastPathComponent }

    @unsafe
    private static func openFile(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
        #if canImport(Glibc)
            unsafe Glibc.open(path, flags, mode)
        #else
            unsafe Darwin.open(path, flags, mode)
        #endif
    }
}

/// Why a file or folder can't be taken for this user's own.
package struct FileExposure: Error, Hashable {
    /// What is wrong with it.
    package enum Reason: Hashable, Sendable {
        /// It is a symbolic link.
        case link
        /// It is something else than a folder.
        case noFolder
        /// It is a folder, and no file.
        case noFile
        /// It is another user's, by that user's number.
        case foreign(owner: UInt32)
        /// Others may write it.
        case writable
        /// Anybody may put another in its place, since it lies in this folder.
        case replaceable(folder: String)
        /// It can't be looked at.
        case hidden(FileFailure)
    }

    /// The file or folder.
    package let path: String
    /// What is wrong with it.
    package let reason: Reason

    init(_ path: String, _ reason: Reason) {
        self.path = path
        self.reason = reason
    }
}
