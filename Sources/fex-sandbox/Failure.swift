import ArgumentParser
import TerminalProgram

/// Says on standard error why a command failed, and with which code it exits.
enum Failure {
    /// Refused by the platform.
    static let refused = ExitCode(1)
    /// The platform is out of reach.
    static let unreachable = ExitCode(69)
    /// Called in a way that it can't be.
    static let usage = ExitCode(64)
    /// Standard output, or the ready file, can't be written.
    static let unwritten = ExitCode(74)
    /// Something has to be set up first.
    static let configuration = ExitCode(78)
}

extension Failure {
    /// Writes a sentence to standard error.
    ///
    /// - Returns: What to throw, so that the process exits with the code.
    static func report(_ problem: any Error, _ exitCode: ExitCode) -> ExitCode {
        report(SystemFailure.sentence(for: problem), exitCode)
    }

    /// Writes a sentence to standard error.
    ///
    /// - Returns: The code.
    static func report(_ sentence: String, _ exitCode: ExitCode) -> ExitCode {
        say(sentence)
        return exitCode
    }

    /// Writes a sentence to standard error; there is nowhere left to say that it can't be written.
    static func say(_ sentence: String) { try? OutputFile.standardError.write(line: "fex-sandbox: \(sentence)") }
}
