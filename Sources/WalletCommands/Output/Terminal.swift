import Foundation
import WalletCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a command's words go: data to standard output, notes and errors to standard error.
///
/// With `--json` the data is one JSON document on one line, in which everything that could steer a terminal is escaped.
/// Texts for people are cleaned where they are put together; nothing from outside is printed as it came.
struct Terminal: Sendable {
    var isJSON: Bool
    var isQuiet: Bool

    /// The result of a command.
    func result(_ document: @autoclosure () -> JSON, text: @autoclosure () -> String) {
        Terminal.write(isJSON ? document().text : text(), to: .standardOutput)
    }

    /// Something worth knowing that is not the result.
    func note(_ sentence: String) {
        guard !isQuiet else { return }
        Terminal.write(PlainText.clean(sentence), to: .standardError)
    }

    /// What a person needs to see to answer a question, whatever the result will be.
    func show(_ lines: String) {
        Terminal.write(lines, to: .standardError)
    }

    /// An error, in words or as a document.
    func failure(_ error: any Error) {
        let known = error as? any WalletError
        let message = known?.description ?? PlainText.clean("\(error)")
        guard isJSON else {
            Terminal.write("wallet-cli: \(message)", to: .standardError)
            return
        }
        let document: JSON = [
            "error": [
                "code": .string(known?.code ?? Terminal.code(of: error)), "message": .string(message),
                "retry": .string((known?.retry ?? .never).rawValue),
                "money": .string((known?.money ?? .notMoved).rawValue),
            ]
        ]
        Terminal.write(document.text, to: .standardError)
    }

    private static func code(of error: any Error) -> String {
        switch error {
        case is CodeError: "unusable_code"
        case is MoneyError: "unusable_amount"
        default: "internal_fault"
        }
    }

    private static func write(_ line: String, to handle: FileHandle) {
        // A reader that has gone away is no fault of ours; SIGPIPE is ignored.
        try? handle.write(contentsOf: Data((line + "\n").utf8))
    }

    /// Whether a person sits at standard output and wants colour there.
    static var hasColour: Bool {
        isatty(STDOUT_FILENO) != 0 && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty
            && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }
}
