import DurableFiles
import Foundation
import TerminalProgram

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where the ready document is left for others.
struct ReadyFile {
    let path: String

    /// Writes the document. A regular file is replaced as a whole or not at all; a device or a pipe is written into.
    ///
    /// - Throws: ``Unwritten``.
    func write(_ document: Data) throws(Unwritten) {
        var status = stat()
        do {
            // A name that stands for a device or a pipe must not become a file.
            if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
                try writeInto(document)
            } else {
                let draft = FileDraft(of: path)
                try draft.begin()
                try draft.write(document)
                try draft.publish()
            }
        } catch let error as OutputError {
            throw Unwritten(error: error)
        } catch let error as FileFailure {
            throw Unwritten(error: .unwritable(name: path, number: error.number))
        } catch {
            throw Unwritten(error: .unwritable(name: path, number: EIO))
        }
    }

    private func writeInto(_ document: Data) throws(OutputError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(name: path, number: errno) }
        defer { close(descriptor) }
        try OutputFile(descriptor: descriptor, name: path).write(Array(document))
    }
}
