import FexValues
import Foundation
import PaymentCodes
import TerminalProgram
import WalletCore
import WalletDocuments

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a command's words go: data to standard output, notes and errors to standard error.
///
/// With `--json` the data is one JSON document on one line, in which everything that could steer a terminal is escaped.
/// Texts for people are made fit to be shown where they are put together, and looked through once more here; nothing from outside
/// is printed as it came.
struct Terminal: Sendable {
    var isJSON: Bool
    var isQuiet: Bool

    /// The result of a command. That nobody reads it any more is no failure.
    ///
    /// - Throws: ``CommandFailure`` where standard output can't be written.
    func result(_ document: @autoclosure () -> JSON, text: @autoclosure () -> String) throws(CommandFailure) {
        try write(isJSON ? document().text : TerminalText.lines(text()))
    }

    /// A text that was asked for by itself, as help and drawings are; nothing from outside is in it.
    ///
    /// - Throws: ``CommandFailure`` where standard output can't be written.
    func write(_ text: String) throws(CommandFailure) {
        do { try OutputFile.standardOutput.write(line: text) } catch {
            guard error == .readerHasGone else { throw CommandFailure(unwritten: error) }
        }
    }

    /// One of many results, of a command that goes on until nobody reads them any more.
    ///
    /// - Throws: ``CommandFailure`` where standard output can't be written; ``ReaderHasGone``.
    func item(_ document: @autoclosure () -> JSON, text: @autoclosure () -> String) throws {
        try line(isJSON ? document().text : TerminalText.lines(text()))
    }

    /// A line for a program, which goes on until nobody reads it any more.
    ///
    /// - Throws: ``CommandFailure`` where standard output can't be written; ``ReaderHasGone``.
    func line(_ text: String) throws {
        do { try OutputFile.standardOutput.write(line: text) } catch {
            guard error == .readerHasGone else { throw CommandFailure(unwritten: error) }
            throw ReaderHasGone()
        }
    }

    /// Something worth knowing that is not the result.
    func note(_ sentence: String) {
        guard !isQuiet else { return }
        show(TerminalText.sentence(sentence, columns: 512))
    }

    /// What a person needs to see to answer a question, whatever the result will be.
    func show(_ lines: String) { writeError(TerminalText.lines(lines)) }

    private func writeError(_ text: String) {
        // There is nowhere left to say that standard error can't be written.
        try? OutputFile.standardError.write(line: text)
    }

    /// An error, in words or as a document.
    func failure(_ error: any Error) {
        guard isJSON else { return show("wallet-cli: \(Terminal.message(of: error))") }
        writeError(Terminal.document(of: error).text)
    }

    /// An error as programs read it: its code, its message, what to do, and what may have become of the money.
    static func document(of error: any Error) -> JSON {
        if let known = error as? any WalletError { return ["error": known.outputDocument] }
        return [
            "error": [
                "code": "internal_fault", "message": .string(message(of: error)), "retry": "never",
                "money": "not_moved",
            ]
        ]
    }

    private static func message(of error: any Error) -> String {
        (error as? any WalletError)?.description ?? SystemFailure.sentence(for: error)
    }

    /// Whether a person sits at standard output and wants colour there.
    static var hasColour: Bool {
        isatty(STDOUT_FILENO) != 0 && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty
            && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }
}

/// Nobody reads what is written any more, and there is nothing else to do.
struct ReaderHasGone: Error {}
