import ArgumentParser
import Foundation

/// Says on standard error why a command failed, and with which code it exits.
enum Failure {
    /// Refused by the platform.
    static let refused = ExitCode(1)
    /// The platform is out of reach.
    static let unreachable = ExitCode(69)
    /// Called in a way that it can't be.
    static let usage = ExitCode(64)
    /// Something has to be set up first.
    static let configuration = ExitCode(78)
}

extension Failure {
    /// Writes a sentence to standard error.
    ///
    /// - Returns: What to throw, so that the process exits with the code.
    static func report(_ problem: any Error, _ exitCode: ExitCode) -> ExitCode {
        FileHandle.standardError.write(Data("fex-sandbox: \(problem)\n".utf8))
        return exitCode
    }
}
