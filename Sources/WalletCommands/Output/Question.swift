import FexValues
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A question to the person at the terminal, also where standard input is a pipe.
struct Question {
    /// What a person has answered.
    enum Answer: Hashable {
        case yes
        case no
        /// Return, the end of input, or something that is neither yes nor no.
        case neither
    }

    /// What is asked, fit to be shown.
    let text: String
    /// What may be answered, the default in upper case: `y/N`.
    let choices: String

    /// Asks, and waits for an answer that is typed after the question was shown: what was typed or pasted before was no
    /// answer to it.
    ///
    /// - Returns: The answer, or `nil` where no person can be asked.
    func ask() -> Answer? { askForLine().map { Answer(line: $0) } }

    /// Asks, and waits for a line that is typed after the question was shown.
    ///
    /// - Returns: The line, or `nil` where no person can be asked.
    func askForLine() -> String? {
        guard isatty(STDERR_FILENO) != 0 else { return nil }
        let keyboard = unsafe open("/dev/tty", O_RDONLY | O_CLOEXEC)
        guard keyboard >= 0 else { return nil }
        defer { close(keyboard) }
        tcflush(keyboard, TCIFLUSH)
        try? FileHandle.standardError.write(contentsOf: Data("\(TerminalText.lines(text)) [\(choices)] ".utf8))
        return Question.readLine(from: keyboard)
    }

    /// The line that is typed next, without its end; what there was of it where input ends.
    private static func readLine(from keyboard: Int32) -> String {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        // Nobody needs a kilobyte to say yes.
        while line.count < 1024 {
            let count = unsafe read(keyboard, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1, byte != UInt8(ascii: "\n") else { break }
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }
}

extension Money {
    /// Whether a person has typed this amount, with or without its currency; a comma is as good as a point.
    func isTyped(as line: String) -> Bool {
        var digits = line.trimmingCharacters(in: .whitespaces)
        if digits.uppercased().hasSuffix(currency.code) {
            digits = String(digits.dropLast(currency.code.count)).trimmingCharacters(in: .whitespaces)
        }
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "." || $0 == ",") }) else {
            return false
        }
        return (try? Money(digits: digits.replacing(",", with: "."), currency: currency)) == self
    }
}

extension Question.Answer {
    /// What a typed line says.
    init(line: String) {
        switch line.trimmingCharacters(in: .whitespaces).lowercased() {
        case "y", "yes": self = .yes
        case "n", "no": self = .no
        default: self = .neither
        }
    }
}
