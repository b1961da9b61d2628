import PaymentCodes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file or stream that is open for writing.
package struct OutputFile: Sendable {
    /// Where what a script reads goes.
    package static let standardOutput = OutputFile(descriptor: STDOUT_FILENO, name: "standard output")
    /// Where notes and errors go.
    package static let standardError = OutputFile(descriptor: STDERR_FILENO, name: "standard error")

    /// The system's number for it.
    package let descriptor: Int32
    /// What it is called in an error.
    package let name: String

    /// A file that is open already.
    package init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// Writes all of a text and a line feed.
    ///
    /// - Throws: ``OutputError``.
    package func write(line: String) throws(OutputError) { try write(Array((line + "\n").utf8)) }

    /// Writes all of some bytes, at once and without a buffer: what did not fail is written.
    ///
    /// - Throws: ``OutputError``.
    package func write(_ bytes: [UInt8]) throws(OutputError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                #if canImport(Glibc)
                    unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
                #else
                    unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
                #endif
            }
            if count < 0, errno == EINTR || (errno == EAGAIN && StandardStreams.waits(for: descriptor, POLLOUT)) {
                continue
            }
            if count < 0, errno == EPIPE { throw .readerHasGone }
            guard count > 0 else { throw .unwritable(name: name, number: errno) }
            rest = rest.dropFirst(count)
        }
    }
}

/// Why a file or stream can't be written.
package enum OutputError: Error, Hashable {
    /// Nobody reads a pipe any more: no fault of ours, and nothing to be done.
    case readerHasGone
    /// The system refuses, by its number for the reason.
    case unwritable(name: String, number: Int32)
}

extension OutputError: CustomStringConvertible {
    /// A sentence for people, fit to be shown.
    package var description: String {
        switch self {
        case .readerHasGone: "nobody reads the output any more"
        case .unwritable(let name, EBADF): "\(Quotation.fitToBeShown(name)) can't be written: it is closed"
        case .unwritable(let name, let number):
            "\(Quotation.fitToBeShown(name)) can't be written: \(unsafe String(cString: strerror(number)))"
        }
    }
}
