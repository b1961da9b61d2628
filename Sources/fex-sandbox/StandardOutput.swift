import FexValues
import TerminalProgram

/// Where what a script reads goes.
enum StandardOutput {
    /// Writes a line. A pipe that its reader has closed is no failure.
    ///
    /// - Parameter money: Whether money moved by what the line tells of.
    /// - Throws: ``Unwritten``.
    static func write(_ line: String, money: MoneyEffect = .notMoved) throws(Unwritten) {
        do { try OutputFile.standardOutput.write(line: line) } catch {
            guard error == .readerHasGone else { throw Unwritten(error: error, money: money) }
        }
    }
}

/// Output that could not be written, although what it reports has been done.
struct Unwritten: Error {
    var error: OutputError
    var money = MoneyEffect.notMoved

    /// Says so on standard error.
    func report(asJSON isJSON: Bool) {
        guard isJSON else { return Failure.say(error.description) }
        let document: JSON = [
            "error": [
                "code": "output_not_written", "message": .string(error.description),
                "retry": .string((money == .notMoved ? RetryAdvice.later : .never).rawValue),
                "money": .string(money.rawValue),
            ]
        ]
        try? OutputFile.standardError.write(line: document.text)
    }
}
