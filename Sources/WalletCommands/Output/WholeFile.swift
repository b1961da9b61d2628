import Dispatch
import DurableFiles
import FexValues
import Foundation
import Synchronization
import TerminalProgram
import WalletCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that has its name once all of it is on disk: whatever fails before leaves what was there.
///
/// The folder may be one in which others write too. A link that lies there under the file's name is refused: it could lead
/// to a file of one's own that somebody else wants to be written over.
struct WholeFile {
    private let path: String
    private let permissions: UInt32

    /// - Parameters:
    ///   - path: The file's name.
    ///   - isShared: Whether others may read it; else it is its owner's alone, whatever one of that name was.
    init(path: String, isShared: Bool = false) {
        self.path = path
        permissions = isShared ? 0o644 : 0o600
    }

    /// Writes the file.
    ///
    /// - Throws: ``CommandFailure`` where it can't be written. Then, and where an interruption ends the process, nothing new
    ///   is left on disk.
    func write<Result: Sendable>(_ body: @Sendable (OutputFile) async throws -> Result) async throws -> Result {
        // A size that is not allowed is an error like any other, and no reason to die.
        signal(SIGXFSZ, SIG_IGN)
        try checkWhatIsThere()
        let draft = FileDraft(of: path)
        let interruption = Interruption()
        // Signals are seen to before there is anything to be tidied up.
        return try await interruption.watch(tidyingUp: { draft.discard() }) {
            do {
                try checked { () throws(FileFailure) in try draft.begin() }
                let result = try await body(OutputFile(descriptor: draft.descriptor, name: path))
                try Task.checkCancellation()
                try interruption.hold {
                    try checked { () throws(FileFailure) in try draft.publish(permissions: permissions) }
                }
                return result
            } catch {
                interruption.hold { draft.discard() }
                throw error
            }
        }
    }

    private func checked(_ body: () throws(FileFailure) -> Void) throws {
        do { try body() } catch {
            errno = error.number
            throw CommandFailure(unwritable: path)
        }
    }

    private func checkWhatIsThere() throws {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        let what: String
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFLNK: what = "a link: name the file that it leads to"
        default: what = "there, and is no file"
        }
        throw CommandFailure(.badData, "file_not_written", "\(PlainText.clean(path)) is \(what)")
    }
}

/// Tidies up where Control-C or a request to end comes, before the process ends by it.
private final class Interruption: Sendable {
    /// Taken for good by what ends the process: whoever comes after goes no further.
    private let lock = Mutex(())
    private static let signals = [SIGINT, SIGTERM]

    /// Runs a body during which what is to be tidied up stays so.
    func watch<Result>(
        tidyingUp tidyUp: @escaping @Sendable () -> Void, _ body: () async throws -> Result
    ) async throws -> Result {
        let sources = Interruption.signals.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [self] in
                lock.withLock { _ in
                    tidyUp()
                    Interruption.endProcess(by: number)
                }
            }
            source.resume()
            return source
        }
        defer {
            lock.withLock { _ in
                for source in sources { source.cancel() }
                for number in Interruption.signals { signal(number, SIG_DFL) }
            }
        }
        return try await body()
    }

    /// Ends the process as the signal would have; threads of queues have signals blocked.
    private static func endProcess(by number: Int32) -> Never {
        signal(number, SIG_DFL)
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, number)
        unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        raise(number)
        _exit(128 + number)
    }

    /// Runs a body that nothing interrupts.
    func hold<Result>(_ body: () throws -> Result) rethrows -> Result { try lock.withLock { _ in try body() } }
}
