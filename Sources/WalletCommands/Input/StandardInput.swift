import TerminalProgram

/// What stands on standard input.
enum StandardInput {
    /// The bytes up to its end, or up to a number of them.
    ///
    /// - Parameter status: How a command ends that can't read it.
    /// - Throws: ``CommandFailure`` where it is closed, a folder, or otherwise nothing to be read.
    static func read(upTo limit: Int, failing status: ExitStatus) throws(CommandFailure) -> [UInt8] {
        do { return try StandardStreams.readInput(upTo: limit) } catch {
            throw CommandFailure(status, "input_not_read", error.description)
        }
    }
}
