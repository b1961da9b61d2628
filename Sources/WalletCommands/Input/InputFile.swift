import Foundation
import PaymentCodes
import TerminalProgram

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that a person names to be read.
enum InputFile {
    /// The bytes of a file, or of standard input for `-`; no more than a number of them.
    ///
    /// - Throws: ``CommandFailure`` where it is not there, or can't be read.
    static func read(_ path: String, upTo limit: Int) throws(CommandFailure) -> Data {
        if path == "-" { return Data(try StandardInput.read(upTo: limit, failing: .badData)) }
        do {
            // By the system's own call: a URL would name another file where the working directory's name is not UTF-8.
            let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
            let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            var contents = Data()
            // A pipe gives what there is, and more later.
            while contents.count < limit, let piece = try file.read(upToCount: limit - contents.count), !piece.isEmpty {
                contents += piece
            }
            return contents
        } catch {
            throw CommandFailure(
                .badData, "file_not_read", "\(Quotation(path)) can't be read: \(SystemFailure.sentence(for: error))")
        }
    }
}
