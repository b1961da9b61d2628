import ArgumentParser
import WalletCore

/// `approvals`: what tills ask of the customer.
struct ApprovalsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approvals", abstract: "What tills ask of you.",
        subcommands: [List.self, Watch.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the requests that wait; asks the platform first.")

        @OptionGroup var options: GlobalOptions
        @Flag(help: "Also those that are over.") var all = false

        func run() async throws {
            let session = try await options.openLoggedIn()
            do {
                try await session.catchUpQuickly()
            } catch let error as PlatformError where error.isOutOfReach {
                options.terminal.note("\(error); these are the requests seen so far")
            }
            let approvals = try await session.wallet.approvals.load().filter { all || $0.state == .pending }
            options.terminal.result(
                ["approvals": .array(approvals.map(\.outputDocument)), "next": .null],
                text: approvals.isEmpty ? "No requests." : approvals.map(\.line).joined(separator: "\n"))
        }
    }

    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print requests as they come, until interrupted.",
            discussion: "With --json one object a line: a request when it comes, and again when its state changes.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let session = try await options.openLoggedIn()
            try await session.listening {
                var shown = ShownApprovals()
                for try await open in session.wallet.approvals.watch() {
                    var news = shown.take(open)
                    for gone in shown.takeGone(from: open) {
                        if let approval = try await session.wallet.approvals.load(gone) { news.append(approval) }
                    }
                    for approval in news { options.terminal.result(approval.outputDocument, text: approval.line) }
                }
            }
        }
    }
}
