#if os(Linux) || os(macOS)
    public import Foundation
    import Subprocess

    /// A TLS server on 127.0.0.1, played by `openssl s_server`: one connection at a time.
    public struct OpenSSLServer: Sendable {
        /// What is sent to a client, given all that the server printed so far: session data, then what the client sent.
        public typealias Answerer = @Sendable (_ printed: Data) -> [UInt8]

        /// Host and port, as a URL has them: `localhost:49152`.
        public let authority: String

        /// Runs a server as long as a closure runs.
        ///
        /// - Parameters:
        ///   - arguments: More of `s_server`'s arguments: `-www` lets it answer every GET with a page.
        ///   - answerer: Called whenever the server prints what it received.
        public static func run<Result: Sendable>(
            _ certificate: SelfSignedCertificate, _ arguments: [String], answerer: @escaping Answerer = { _ in [] },
            _ body: (OpenSSLServer) async throws -> Result
        ) async throws -> Result {
            let basics = [
                "s_server", "-accept", "127.0.0.1:0", "-cert", certificate.file.path(), "-key",
                certificate.keyFile.path(),
            ]
            return try await Subprocess.run(
                OpenSSL.program, arguments: Arguments(basics + arguments), input: .inputWriter, output: .sequence,
                error: .discarded
            ) { execution in
                // It listens to no gentler signal while it serves.
                defer { try? execution.send(signal: .kill) }
                let (starts, start) = AsyncStream.makeStream(of: OpenSSLServer.self)
                async let reading: Void = {
                    defer { start.finish() }
                    var printed = Data()
                    var isServing = false
                    for try await part in execution.standardOutput {
                        unsafe part.withUnsafeBytes { unsafe printed.append(contentsOf: $0) }
                        if isServing {
                            let answer = answerer(printed)
                            if !answer.isEmpty { _ = try await execution.standardInputWriter.write(answer) }
                        } else if let authority = acceptingAddress(in: printed) {
                            isServing = true
                            start.yield(OpenSSLServer(authority: authority))
                        }
                    }
                }()
                var servers = starts.makeAsyncIterator()
                guard let server = await servers.next() else { throw POSIXError(.ECONNREFUSED) }
                let result = try await body(server)
                try execution.send(signal: .kill)
                try await reading
                return result
            }.closureResult
        }

        /// The address in the line `ACCEPT 127.0.0.1:12345`.
        private static func acceptingAddress(in printed: Data) -> String? {
            let lines = String(decoding: printed, as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false)
            return lines.dropLast().first { $0.hasPrefix("ACCEPT ") }.map { String($0.dropFirst("ACCEPT ".count)) }
        }
    }
#endif
