import WalletCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that is open for writing.
struct OpenFile {
    /// Where what a script reads goes.
    static let standardOutput = OpenFile(descriptor: STDOUT_FILENO, name: "standard output")

    let descriptor: Int32
    /// What it is called in an error.
    let name: String

    /// Writes all of some bytes.
    ///
    /// - Throws: ``CommandFailure`` where they can't be; ``ReaderHasGone`` where nobody reads a pipe any more.
    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                #if canImport(Glibc)
                    unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
                #else
                    unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
                #endif
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EPIPE { throw ReaderHasGone() }
            guard count > 0 else { throw CommandFailure(unwritable: name) }
            rest = rest.dropFirst(count)
        }
    }
}

/// Nobody reads what is written any more: no fault of ours, and nothing to be done.
struct ReaderHasGone: Error {}

extension CommandFailure {
    /// A file that can't be written, for the reason the system gives just now.
    init(unwritable name: String) {
        let reason = unsafe String(cString: strerror(errno))
        self.init(.badData, "file_not_written", "\(PlainText.clean(name)) can't be written: \(reason)")
        retry = .later
    }
}
