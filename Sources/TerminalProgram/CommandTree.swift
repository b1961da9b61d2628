package import ArgumentParser

/// The commands of a program by their names.
package struct CommandTree {
    let type: any ParsableCommand.Type
    /// The words that lead to it, the program's name first.
    let path: [String]

    /// The tree of a program.
    package init(_ type: any ParsableCommand.Type) {
        self.init(type, path: [type.name])
    }

    private init(_ type: any ParsableCommand.Type, path: [String]) {
        self.type = type
        self.path = path
    }

    /// The words that lead to it, as they are typed.
    var name: String { path.joined(separator: " ") }

    var children: [CommandTree] { type.configuration.subcommands.map { CommandTree($0, path: path + [$0.name]) } }

    /// This command and all below it.
    var all: [CommandTree] { [self] + children.flatMap(\.all) }

    /// The command that a word names here.
    package func child(named word: String) -> CommandTree? { children.first { $0.path.last == word } }

    /// What was meant by a word that names no command here, as it is typed.
    func suggestion(for word: String) -> String? {
        let names = children.compactMap(\.path.last)
        if let near = Similarity.nearest(to: word, among: names) { return "\(name) \(near)" }
        // A command of a command: `export` is `history export`.
        return all.first { $0.path.count > path.count + 1 && $0.path.last == word }?.name
    }
}

extension ParsableCommand {
    /// The name by which it is called.
    fileprivate static var name: String { configuration.commandName ?? String(describing: Self.self).lowercased() }
}
