import ArgumentParser
import PaymentCodes

/// The command that arguments name, and what is left of them.
struct CommandWords {
    private(set) var command: CommandTree
    /// The arguments behind the command's name.
    private(set) var rest: ArraySlice<String>
    /// What is wrong with the words so far, if something is.
    private(set) var problem: UsageError?

    /// Whether they ask for help by a word: `help pay`.
    private(set) var isHelp = false

    init(_ arguments: [String], root: CommandTree, flags: Set<String>, valued: [String: String]) {
        command = root
        rest = arguments[...]
        while let word = rest.first, isHelp || !command.children.isEmpty {
            if flags.contains(word) || valued.keys.contains(where: { word.hasPrefix($0 + "=") }) {
                rest.removeFirst()
            } else if let value = valued[word] {
                guard rest.count > 1 else {
                    problem = UsageError("\(word) takes a value: \(word) <\(value)>", command: command.name)
                    return
                }
                rest = rest.dropFirst(2)
            } else if word.hasPrefix("-") {
                return
            } else if word == "help", command.path == root.path, !isHelp {
                isHelp = true
                rest.removeFirst()
            } else if let child = command.child(named: word) {
                command = child
                rest.removeFirst()
            } else {
                problem = unknown(word)
                return
            }
        }
        let isNamed = command.path != root.path || isHelp || arguments.isEmpty
        if !isNamed { problem = UsageError("no command is named", command: command.name) }
    }

    /// The first argument that begins with a dash and is no option of the command.
    var unknownOption: String? {
        let options = rest.prefix { $0 != "--" }.filter { $0.hasPrefix("-") && $0 != "-" }
        let known = command.type.helpMessage(includeHidden: true).matches(of: /-{1,2}[a-z][a-z-]*/).map { String($0.0) }
        return options.first { option in !known.contains { option == $0 || option.hasPrefix($0 + "=") } }
    }

    private func unknown(_ word: String) -> UsageError {
        let meant = command.suggestion(for: word).map { " Did you mean `\($0)`?" } ?? ""
        return UsageError("`\(command.name)` has no command \(Quotation(word)).\(meant)", command: command.name)
    }
}
