import FexValues
import Foundation
import Subprocess
import SystemPackage
import WalletCore

/// A program of this package, or of the system, run as a process of its own.
struct Program: Sendable {
    var executable: Executable
    var environment: [String: String] = [:]
    /// Whether its documents are those that the schema describes.
    var isWallet = false

    /// What a program left behind.
    struct Outcome: Sendable {
        /// The exit code; 128 and the signal's number if a signal ended it.
        var exitCode: Int32
        var output: String
        var errors: String

        /// Standard output, which is one JSON document.
        func document() throws -> JSON { try JSON(parsing: output.trimmingCharacters(in: .newlines)) }

        /// The `error` member of standard error's last line.
        func error() throws -> JSON {
            let line = errors.split(separator: "\n").last.map(String.init) ?? ""
            return try JSON(parsing: line)["error"] ?? .null
        }
    }

    /// How a program that goes on by itself is ended.
    enum Ending {
        case terminated
        case killed
        /// By the signal that a fault of its own would raise.
        case faulted
    }

    /// A program of the system.
    static func system(_ name: String) -> Program { Program(executable: .name(name)) }

    /// A program that this package builds.
    static func built(_ name: String) -> Program {
        Program(
            executable: .path(.init(directory(of: name).appending(path: name).path)), isWallet: name == "wallet-cli")
    }

    /// Where a program lies that this package builds.
    static func directory(of name: String) -> URL {
        // The test bundle lies beside the programs.
        var directory = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        while directory.path != "/", !FileManager.default.fileExists(atPath: directory.appending(path: name).path) {
            directory = directory.deletingLastPathComponent()
        }
        return directory
    }

    /// Runs to the end.
    func callAsFunction(_ arguments: String..., input: String = "") async throws -> Outcome {
        try await run(arguments, input: input)
    }

    /// Runs to the end.
    ///
    /// - Parameter input: What it reads, if it does: it comes from a file, since a program that ends without reading would
    ///   leave whoever writes to a pipe with a failure.
    func run(_ arguments: [String], input: String = "") async throws -> Outcome {
        let file = FileManager.default.temporaryDirectory.appending(path: "input-\(UUID().uuidString)")
        try Data(input.utf8).write(to: file)
        let descriptor = try FileDescriptor.open(FilePath(file.path), .readOnly, options: .closeOnExec)
        try FileManager.default.removeItem(at: file)
        let result = try await Subprocess.run(
            executable, arguments: Arguments(arguments), environment: full,
            input: .fileDescriptor(descriptor, closeAfterSpawningProcess: true),
            output: .string(limit: 4 << 20), error: .string(limit: 4 << 20))
        if isWallet, arguments.prefix(while: { $0 != "--" }).contains("--json") {
            DocumentRecording.add(result.standardOutput, of: arguments)
        }
        return Outcome(
            exitCode: result.terminationStatus.exitCode, output: result.standardOutput,
            errors: result.standardError)
    }

    /// Runs for as long as a body does, then is told to stop.
    ///
    /// - Returns: What the body returned.
    func whileRunning<Value: Sendable>(
        _ arguments: [String], output: URL, errors: URL, ending: Ending = .terminated,
        _ body: () async throws -> Value
    ) async throws -> (value: Value, exitCode: Int32) {
        let descriptors = try [output, errors].map { try FileDescriptorBox(creating: $0) }
        // Numbers do not keep what they name open.
        defer { withExtendedLifetime(descriptors) {} }
        let result = try await Subprocess.run(
            executable, arguments: Arguments(arguments), environment: full, input: .none,
            output: .fileDescriptor(descriptors[0].descriptor, closeAfterSpawningProcess: false),
            error: .fileDescriptor(descriptors[1].descriptor, closeAfterSpawningProcess: false)
        ) { execution in
            do {
                let value = try await body()
                try? execution.send(signal: ending.signal)
                return value
            } catch {
                try? execution.send(signal: .kill)
                throw error
            }
        }
        return (result.closureResult, result.terminationStatus.exitCode)
    }

    private var full: Environment {
        .inherit.updating(
            Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) }))
    }
}

extension Program.Ending {
    fileprivate var signal: Signal {
        switch self {
        case .terminated: .terminate
        case .killed: .kill
        case .faulted: Signal(rawValue: SIGSEGV)
        }
    }
}

extension TerminationStatus {
    fileprivate var exitCode: Int32 {
        switch self {
        case .exited(let code): Int32(code)
        case .signaled(let signal): 128 + Int32(signal)
        }
    }
}

/// Waits for real processes, which only real time can bring on: until a body gives something.
func eventually<Value>(_ what: String, _ body: () async throws -> Value?) async throws -> Value {
    for _ in 0..<1500 {
        if let value = try await body() { return value }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw NeverHappened(what: what)
}

struct NeverHappened: Error {
    var what: String
}
