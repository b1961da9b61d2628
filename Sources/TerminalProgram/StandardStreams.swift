#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Standard input, output and error of a process.
package enum StandardStreams {
    /// Makes failures on the standard streams errors like any other, before anything else is opened.
    ///
    /// A stream that the process was started without is opened so that each use of it fails: the next file, perhaps the
    /// database, would get its number, and with it all that is written to the stream. Signals that would end the process at a
    /// write are ignored.
    package static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        let streams = [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
        for (descriptor, uselessMode) in streams where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
            // The lowest free number is the one that is missing: those below it are open by now.
            _ = unsafe open("/dev/null", uselessMode)
        }
    }

    /// Reads standard input to its end, or up to a number of bytes.
    ///
    /// - Throws: ``StandardInputError`` where it is closed, or nothing that can be read.
    package static func readInput(upTo limit: Int) throws(StandardInputError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let more = try readSome(upTo: min(limit - bytes.count, 1 << 16))
            if more.isEmpty { break }
            bytes += more
        }
        return bytes
    }

    /// Reads what there is on standard input by now, and waits where there is nothing yet; empty at its end.
    ///
    /// - Throws: ``StandardInputError`` where it is closed, or nothing that can be read.
    package static func readSome(upTo limit: Int) throws(StandardInputError) -> [UInt8] {
        var failure: Int32?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            while true {
                let read = unsafe read(STDIN_FILENO, buffer.baseAddress, limit)
                if read < 0, errno == EINTR || (errno == EAGAIN && waits(for: STDIN_FILENO, POLLIN)) { continue }
                if read < 0 { failure = errno }
                count = max(read, 0)
                return
            }
        }
        if let failure { throw StandardInputError(number: failure) }
        return bytes
    }

    /// Waits until a stream that is shared with a program of another mind, and so doesn't wait by itself, can be used.
    static func waits(for descriptor: Int32, _ event: Int32) -> Bool {
        var descriptors = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        return unsafe poll(&descriptors, 1, -1) > 0 || errno == EINTR
    }
}

/// Why standard input can't be read.
package struct StandardInputError: Error, Hashable, CustomStringConvertible {
    /// The system's number for the reason.
    package let number: Int32

    /// A sentence for people.
    package var description: String {
        switch number {
        case EBADF: "standard input is closed"
        case EISDIR: "standard input is a folder"
        default: "standard input can't be read: \(unsafe String(cString: strerror(number)))"
        }
    }
}
