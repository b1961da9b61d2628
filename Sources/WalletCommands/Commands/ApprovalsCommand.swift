import ArgumentParser
import FexValues
import PaymentCodes
import WalletCore
import WalletDocuments

/// `approvals`: what tills ask of the customer.
struct ApprovalsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approvals", abstract: "What tills ask of you.",
        subcommands: [List.self, Watch.self, Mute.self, Unmute.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the requests that wait; asks the platform first.",
            discussion: "Where many of one merchant wait they are one line. With --json each is listed.")

        @OptionGroup var options: GlobalOptions
        @Flag(help: "Each request, also those that are over.") var all = false

        func run() async throws {
            do {
                try await options.openLoggedIn().catchUpQuickly()
            } catch let error as PlatformError where error.isOutOfReach {
                options.terminal.note("\(error); these are the requests seen so far")
            } catch let error as StorageError where error.allowsReading {
                options.terminal.note("\(error); these are the requests seen so far")
            } catch let error as ConfigurationError where error.isOfTheSystem {
                options.terminal.note("\(error); these are the requests seen so far")
            }
            let (groups, approvals) = try await options.read { _, inbox in
                (
                    try await inbox.loadApprovalGroups(),
                    try await all
                        ? inbox.loadApprovals() : inbox.loadOpenApprovals().filter { $0.state == .pending }
                )
            }
            let text = all ? approvals.map(\.line) : approvals.lines(groupedBy: groups)
            try options.terminal.result(
                approvals.outputDocument(groupedBy: groups),
                text: text.isEmpty ? "No requests." : text.joined(separator: "\n"))
        }
    }

    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "watch", abstract: "Print requests as they come, until interrupted.",
            discussion: """
                With --json one object a line: a request when it comes, and again when its state changes. Requests of a muted \
                merchant are left out while several of them wait.
                """)

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let context = try await options.openLoggedIn()
            try await context.listening {
                for try await news in context.wallet.approvals.watchNews() {
                    for approval in news { try options.terminal.item(approval.outputDocument, text: approval.line) }
                }
            }
        }
    }

    struct Mute: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "mute",
            abstract: "Count a merchant's requests instead of showing each; without one, list the muted merchants.",
            discussion: "The only request of a merchant is always shown. Muting declines nothing.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The merchant's id.") var merchant: String?

        func run() async throws {
            guard let merchant else {
                let muted = try await options.read { try await $1.loadMutedMerchants() }
                try options.terminal.result(
                    ["muted": .array(muted.map { .string($0.rawValue) })],
                    text: muted.isEmpty ? "No merchant is muted." : muted.map(\.rawValue).joined(separator: "\n"))
                return
            }
            let id = try MerchantID(argument: merchant)
            let inbox = try await options.open().wallet.approvals
            try await inbox.mute(id)
            if try await !inbox.loadGroups(newest: 1).contains(where: { $0.merchant == id }) {
                options.terminal.note("no request of this merchant waits")
            }
            try options.terminal.result(
                ["merchant": .string(id.rawValue), "muted": true],
                text: "Muted \(id): where several of its requests wait they are counted. None is declined.")
        }
    }

    struct Unmute: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unmute", abstract: "Show each request of a merchant again.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The merchant's id.") var merchant: String

        func run() async throws {
            let id = try MerchantID(argument: merchant)
            try await options.open().wallet.approvals.unmute(id)
            try options.terminal.result(
                ["merchant": .string(id.rawValue), "muted": false], text: "\(id) is not muted any more.")
        }
    }
}

extension MerchantID {
    /// An id as a person wrote it.
    fileprivate init(argument: String) throws {
        guard let id = MerchantID(InvisibleCharacters.trimmed(argument)), id.rawValue != "null" else {
            throw CommandFailure(.usage, "no_merchant", "that is no merchant's id: `approvals --json` shows them")
        }
        self = id
    }
}
