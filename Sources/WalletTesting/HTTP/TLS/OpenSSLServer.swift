#if os(Linux) || os(macOS)
    public import Foundation
    import Synchronization

    /// A TLS server on 127.0.0.1, played by `openssl s_server`: one connection at a time.
    public final class OpenSSLServer: Sendable {
        /// What answers a client, given all that the server printed so far: session data, then what the client sent.
        public typealias Answerer = @Sendable (_ printed: Data, _ server: OpenSSLServer) -> Void

        /// Host and port.
        public let authority: String
        private let input: FileHandle

        /// Runs a server as long as a closure runs.
        ///
        /// - Parameters:
        ///   - arguments: More of `s_server`'s arguments: `-www` lets it answer every GET with a page.
        ///   - answerer: Called on a thread of its own whenever the server prints what it received.
        public static func run<Result>(
            _ certificate: SelfSignedCertificate, _ arguments: [String], answerer: @escaping Answerer = { _, _ in },
            _ body: (OpenSSLServer) async throws -> Result
        ) async throws -> Result {
            let input = Pipe()
            let output = Pipe()
            let basics = [
                "s_server", "-accept", "127.0.0.1:0", "-cert", certificate.file.path(), "-key",
                certificate.keyFile.path(),
            ]
            let process = try OpenSSL.start(basics + arguments, input: input, output: output)
            let server = await withCheckedContinuation { continuation in
                listen(to: output.fileHandleForReading, input: input.fileHandleForWriting, answerer, continuation)
            }
            do {
                guard let server else { throw POSIXError(.ECONNREFUSED) }
                let result = try await body(server)
                await process.end()
                return result
            } catch {
                await process.end()
                throw error
            }
        }

        private init(authority: String, input: FileHandle) {
            self.authority = authority
            self.input = input
        }

        /// Sends bytes to the client.
        public func write(_ bytes: [UInt8]) {
            try? input.write(contentsOf: Data(bytes))
        }

        /// Reads what the process prints, on a thread of its own, until it ends.
        private static func listen(
            to output: FileHandle, input: FileHandle, _ answerer: @escaping Answerer,
            _ start: CheckedContinuation<OpenSSLServer?, Never>
        ) {
            let thread = Thread {
                var printed = Data()
                var server: OpenSSLServer?
                while true {
                    let part = output.availableData
                    guard !part.isEmpty else { break }
                    printed += part
                    if let server {
                        answerer(printed, server)
                    } else if let authority = acceptingAddress(in: printed) {
                        let started = OpenSSLServer(authority: authority, input: input)
                        server = started
                        start.resume(returning: started)
                    }
                }
                if server == nil { start.resume(returning: nil) }
            }
            thread.start()
        }

        /// The address in the line `ACCEPT 127.0.0.1:12345`.
        private static func acceptingAddress(in printed: Data) -> String? {
            let lines = String(decoding: printed, as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false)
            return lines.dropLast().first { $0.hasPrefix("ACCEPT ") }.map { String($0.dropFirst("ACCEPT ".count)) }
        }
    }
#endif
