package import ArgumentParser
import PaymentCodes

/// What a program is asked to do, by the words behind its name.
///
/// ArgumentParser reads them. What it says about words that it does not know is made true here, and fit to be shown: its
/// messages quote arguments as they came.
package struct ArgumentReader {
    /// What was asked for.
    package enum Request {
        /// A command, to be run.
        case command(any ParsableCommand)
        /// A text that was asked for, to be written to standard output: help, or what shells complete words by.
        case text(String)
        /// The program's version.
        case version
    }

    private let root: CommandTree
    private let flags: Set<String>
    private let valued: [String: String]
    private let acting: [any ParsableCommand.Type]

    /// - Parameters:
    ///   - root: The program.
    ///   - flags: The options without a value that may stand before a command's name.
    ///   - valued: Those with a value, and what it is called.
    ///   - acting: The commands whose exit code 0 says that something was done. Of these help is given only where nothing
    ///     else is asked for: a code or an id that reads `-h` is no question.
    package init(
        _ root: any ParsableCommand.Type, flags: Set<String> = [], valued: [String: String] = [:],
        acting: [any ParsableCommand.Type] = []
    ) {
        self.root = CommandTree(root)
        self.flags = flags
        self.valued = valued
        self.acting = acting
    }

    /// Reads the arguments of a process, without the program's name.
    ///
    /// - Throws: ``UsageError``.
    package func read(_ arguments: [String]) throws(UsageError) -> sending Request {
        ScreenWidth.bound()
        do { return try parse(arguments) } catch {
            // A wallet's words without quotation marks are arguments each.
            let whole = arguments.joined(separator: " ")
            guard Quotation.holdsSecret(whole) || arguments.contains(where: Quotation.holdsSecret) else { throw error }
            throw UsageError(
                "what was typed can't be understood. It holds a secret, and is not repeated here",
                command: error.command)
        }
    }

    private func parse(_ arguments: [String]) throws(UsageError) -> sending Request {
        let words = CommandWords(arguments, root: root, flags: flags, valued: valued)
        if let problem = words.problem { throw problem }
        // Help is the same for people and for programs.
        let arguments = words.isHelp ? arguments.filter { !flags.contains($0) } : arguments
        do {
            let command = try root.type.parseAsRoot(arguments)
            if root.all.contains(where: { $0.type == type(of: command) }) { return .command(command) }
            try checkHelpStandsAlone(words)
            return .text(try text(of: command))
        } catch let error as UsageError {
            throw error
        } catch {
            guard root.type.exitCode(for: error) == .success else { throw usageError(of: error, arguments, words) }
            try checkHelpStandsAlone(words)
            let text = root.type.fullMessage(for: error)
            return text == root.type.configuration.version ? .version : .text(text)
        }
    }

    /// Runs a command that was read.
    ///
    /// - Returns: The list of the commands below one that is only there for those, to be written to standard output.
    package func run(_ command: sending any ParsableCommand) async throws -> String? {
        var command = command
        do {
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return nil
        } catch let error as CleanExit {
            return root.type.fullMessage(for: error)
        }
    }

    /// What ArgumentParser's own command writes, which gives help.
    private func text(of command: any ParsableCommand) throws -> String {
        var command = command
        do { try command.run() } catch { return root.type.fullMessage(for: error) }
        return ""
    }

    private func checkHelpStandsAlone(_ words: CommandWords) throws(UsageError) {
        guard !words.isHelp, acting.contains(where: { $0 == words.command.type }) else { return }
        if words.rest.count == 1, let word = words.rest.first, ["-h", "--help", "--help-hidden"].contains(word) {
            return
        }
        throw UsageError(
            "nothing was done: `\(words.command.name) --help` stands alone. \(UsageError.dashAdvice)",
            command: words.command.name)
    }

    private func usageError(of error: any Error, _ arguments: [String], _ words: CommandWords) -> UsageError {
        let message = cleanMessage(of: error, arguments)
        let isActing = !words.isHelp && acting.contains { $0 == words.command.type }
        guard isActing, let option = words.unknownOption else {
            return UsageError(message, command: words.command.name)
        }
        // ArgumentParser may say of it that a code is missing.
        return UsageError(
            "\(Quotation(option)) is no option of `\(words.command.name)`. \(UsageError.dashAdvice)",
            command: words.command.name)
    }

    /// The message of an error, made anew from arguments that are fit to be shown.
    private func cleanMessage(of error: any Error, _ arguments: [String]) -> String {
        let shown = arguments.map { Quotation.fitToBeShown($0, limit: 120) }
        if shown != arguments {
            do { _ = try root.type.parseAsRoot(shown) } catch {
                if root.type.exitCode(for: error) == .validationFailure {
                    return sentence(root.type.message(for: error))
                }
            }
        }
        return sentence(root.type.message(for: error))
    }

    private func sentence(_ message: String) -> String {
        let lines = message.split(separator: "\n").map { $0.trimmingPrefix(/\s+/) }
        return Quotation.fitToBeShown(lines.joined(separator: " "), limit: 1024)
    }
}
