#if DEBUG || LIBFUZZER
    import FexValues
    import PaymentCodes
    @testable import TerminalProgram
    @testable import WalletCommands

    extension FuzzTarget {
        /// Arguments of the terminal client, with zeros between them: each set is a command, or is said to be none, in words
        /// that are fit to be shown and by the exit code of wrong usage. No command is run.
        static let arguments = FuzzTarget(
            name: "arguments", maximumLength: 512, seeds: { try corpus("arguments.txt").map(separated) },
            run: { bytes in
                let words = bytes.split(separator: 0, omittingEmptySubsequences: false)
                for (number, word) in words.enumerated() where String(validating: word, as: UTF8.self) == nil {
                    let error = NotUTF8("argument \(number + 1)", Array(word), isArgument: true)
                    hold(PlainText.isClean(error.description), "what is no text can't be shown")
                    return hold(ExitStatus(error) == .usage, "what is no text ends with \(ExitStatus(error))")
                }
                read(words.map { String(decoding: $0, as: UTF8.self) })
            })

        private static func read(_ arguments: [String]) {
            do throws(UsageError) {
                switch try GlobalOptions.reader.read(GlobalOptions.reordered(arguments)) {
                case .command, .version: break
                case .text(let text):
                    hold(!text.unicodeScalars.contains { $0 == "\u{1B}" }, "the help can steer a terminal")
                }
            } catch {
                hold(ExitStatus(error) == .usage, "wrong usage ends with \(ExitStatus(error))")
                hold(PlainText.isClean(error.message), "the message can't be shown: \(error.message)")
                hold(PlainText.isClean(error.advice), "the advice can't be shown: \(error.advice)")
            }
        }

        /// A line of the corpus has spaces where a shell has them.
        private static func separated(_ line: [UInt8]) -> [UInt8] { line.map { $0 == 0x20 ? 0 : $0 } }
    }
#endif
