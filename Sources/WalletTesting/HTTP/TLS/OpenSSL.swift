#if os(Linux) || os(macOS)
    import Foundation

    /// The `openssl` program of this machine.
    public enum OpenSSL {
        /// Where it is; `nil` if there is none.
        static let program: URL? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .map { URL(filePath: String($0)).appending(path: "openssl") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path()) }

        /// Whether there is one.
        public static var isAvailable: Bool { program != nil }

        /// Starts it, with nothing to say of errors.
        static func start(_ arguments: [String], input: Pipe? = nil, output: Pipe? = nil) throws -> RunningProcess {
            guard let program else { throw CocoaError(.fileNoSuchFile) }
            let process = Process()
            process.executableURL = program
            process.arguments = arguments
            process.standardError = FileHandle.nullDevice
            if let input { process.standardInput = input }
            process.standardOutput = output ?? FileHandle.nullDevice
            return try RunningProcess(process)
        }
    }
#endif
