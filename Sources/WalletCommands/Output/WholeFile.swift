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
struct WholeFile {
    /// Where a name leads, over links, as `cp` would write.
    private let path: String

    init(path: String) { self.path = URL(filePath: path).resolvingSymlinksInPath().path }

    /// Writes the file, for its owner alone unless there was one with other permissions.
    ///
    /// - Throws: ``CommandFailure`` where it can't be written. Then, and where an interruption ends the process, nothing new
    ///   is left on disk.
    func write<Result: Sendable>(_ body: @Sendable (OutputFile) async throws -> Result) async throws -> Result {
        // A size that is not allowed is an error like any other, and no reason to die.
        signal(SIGXFSZ, SIG_IGN)
        let permissions = try permissionsThere()
        let draft = FileDraft(of: path)
        let interruption = Interruption()
        // Signals are seen to before there is anything to be tidied up.
        return try await interruption.watch(tidyingUp: { draft.discard() }) {
            do {
                try checked { () throws(FileFailure) in try draft.begin() }
                let result = try await body(OutputFile(descriptor: draft.descriptor, name: path))
                try Task.checkCancellation()
                try interruption.hold {
                    try checked { () throws(FileFailure) in try draft.publish(permissions: UInt32(permissions)) }
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

    private func permissionsThere() throws -> mode_t {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return 0o600 }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CommandFailure(.badData, "file_not_written", "\(PlainText.clean(path)) is there, and is no file")
        }
        return status.st_mode & 0o777
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
