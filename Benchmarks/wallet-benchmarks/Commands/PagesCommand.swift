import ArgumentParser
import Foundation
import WalletCore

/// `pages`: the answers of a platform as files, for a server that knows nothing of wallets.
struct PagesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pages", abstract: "Write the answers of a platform with a generated history to files.",
        discussion: """
            feed/N.json answers ?after=N, list/N.json ?page=N; account.json, approvals.json, device.json and tokens.json
            the other calls of a login and a sync.
            """)

    @Option(help: "How many transactions there are.") var rows: Int
    @Argument(help: "The directory to write to.") var directory: String

    func run() throws {
        let platform = GeneratedPlatform(history: GeneratedHistory(count: rows))
        let directory = URL(filePath: directory, directoryHint: .isDirectory)
        func write(_ text: String, to name: String) throws {
            try Data(text.utf8).write(to: directory.appending(path: name))
        }
        for folder in ["feed", "list"] {
            try FileManager.default.createDirectory(
                at: directory.appending(path: folder), withIntermediateDirectories: true)
        }
        try write(platform.account, to: "account.json")
        try write(platform.approvals, to: "approvals.json")
        try write(platform.device, to: "device.json")
        try write(platform.tokens, to: "tokens.json")
        try write(platform.list(page: 1), to: "list/1.json")
        for place in stride(from: 0, through: rows, by: GeneratedPlatform.feedLimit) {
            try write(platform.feed(after: place), to: "feed/\(place).json")
        }
    }
}
