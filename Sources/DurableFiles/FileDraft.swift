package import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that gets its name once all of it is on disk: a reader sees the old contents or the new, never half of them.
///
/// Where the file system knows `O_TMPFILE`, the draft has no name until ``publish(permissions:)``, so that a process killed
/// before leaves nothing. Elsewhere it has a temporary name from ``begin()`` on, and ``discard()`` removes that.
package final class FileDraft: Sendable {
    private struct State {
        var descriptor: Int32 = -1
        /// The temporary name, noted before there is a file of that name.
        var temporary: String?
    }

    private let path: String
    private let temporary: String
    /// Whether the temporary name is one that a killed process may have left a draft under.
    private let mayBeLeft: Bool
    private let state = Mutex(State())

    /// A draft of a file; nothing is made yet.
    ///
    /// - Parameters:
    ///   - path: Where the file is to be.
    ///   - temporary: A name beside it that this draft alone uses, and may find taken by one whose process was killed: for a
    ///     folder of one's own. By default one that nobody can guess, so that nobody has put a file or a link there.
    package init(of path: String, by temporary: String? = nil) {
        self.path = path
        mayBeLeft = temporary != nil
        self.temporary = temporary ?? "\(path).\(String(UInt64.random(in: .min ... .max), radix: 36)).part"
    }

    deinit {
        discard()
        let descriptor = descriptor
        if descriptor >= 0 { close(descriptor) }
    }

    /// The open file; less than 0 before ``begin()``.
    package var descriptor: Int32 { state.withLock { $0.descriptor } }

    /// Makes the draft, empty, and readable by its owner alone.
    package func begin() throws(FileFailure) {
        if mayBeLeft { unsafe unlink(temporary) }
        if let descriptor = openUnnamed() { return state.withLock { $0.descriptor = descriptor } }
        state.withLock { $0.temporary = temporary }
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let failure = FileFailure.last
            state.withLock { $0.temporary = nil }
            throw failure
        }
        state.withLock { $0.descriptor = descriptor }
    }

    /// Adds bytes at the end.
    package func write(_ bytes: Data) throws(FileFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { [descriptor] bytes in
                #if canImport(Glibc)
                    unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
                #else
                    unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
                #endif
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .last }
            rest = rest.dropFirst(count)
        }
    }

    /// Gives the file its name, in the place of another of that name; durable when this returns.
    ///
    /// - Parameter permissions: As of `chmod`.
    package func publish(permissions: UInt32 = 0o600) throws(FileFailure) {
        let descriptor = descriptor
        guard fchmod(descriptor, mode_t(permissions)) == 0, Self.sync(descriptor) else { throw .last }
        if state.withLock({ $0.temporary == nil }) {
            if link(descriptor, to: path) { return syncDirectory() }
            guard errno == EEXIST else { throw .last }
            // A link replaces nothing: for a moment the draft has a name of its own, which is then renamed.
            state.withLock { $0.temporary = temporary }
            guard link(descriptor, to: temporary) else { throw .last }
        }
        guard unsafe rename(temporary, path) == 0 else { throw .last }
        state.withLock { $0.temporary = nil }
        syncDirectory()
    }

    /// Removes what has a temporary name. Safe at any moment, also while another thread writes.
    package func discard() {
        state.withLock { state in
            guard let temporary = state.temporary else { return }
            unsafe unlink(temporary)
            state.temporary = nil
        }
    }

    /// A file without a name in the directory of the one to be; `nil` where that can't be had.
    private func openUnnamed() -> Int32? {
        #if os(Linux)
            // `O_TMPFILE`, which is no plain number in the C header.
            let descriptor = unsafe open(directory, O_WRONLY | 0o20_000_000 | O_DIRECTORY | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { return nil }
            // Without /proc it could never get a name.
            guard unsafe access(FileDraft.handle(of: descriptor), F_OK) == 0 else {
                close(descriptor)
                return nil
            }
            return descriptor
        #else
            return nil
        #endif
    }

    private func link(_ descriptor: Int32, to name: String) -> Bool {
        unsafe linkat(AT_FDCWD, FileDraft.handle(of: descriptor), AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0
    }

    private static func handle(of descriptor: Int32) -> String { "/proc/self/fd/\(descriptor)" }

    private var directory: String {
        let directory = (path as NSString).deletingLastPathComponent
        return directory.isEmpty ? "." : directory
    }

    /// The name is to outlive a power cut too; where a directory can't be told so, it is safe soon.
    private func syncDirectory() {
        let directory = unsafe open(directory, O_RDONLY | O_CLOEXEC)
        guard directory >= 0 else { return }
        _ = FileDraft.sync(directory)
        close(directory)
    }

    /// Has what was written outlive a power cut. On Apple's systems `fsync` leaves it in the drive's own cache.
    private static func sync(_ descriptor: Int32) -> Bool {
        #if canImport(Darwin)
            if fcntl(descriptor, F_FULLFSYNC) == 0 { return true }
        #endif
        return fsync(descriptor) == 0
    }
}

/// Why the system did not do something with a file.
package struct FileFailure: Error, Hashable, CustomStringConvertible {
    /// The system's number for it (`errno`).
    package var number: Int32

    /// What went wrong last on this thread.
    package static var last: FileFailure { FileFailure(number: errno) }

    /// The system's words.
    package var description: String { unsafe String(cString: strerror(number)) }
}
