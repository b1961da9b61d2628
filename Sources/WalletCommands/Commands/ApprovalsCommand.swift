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

extension WalletSession {
    /// How long someone who only wants to read is kept waiting for a platform that does not answer.
    private static let patience = Duration.seconds(2)

    /// Asks for new requests, but not for long: what is known already is readable at once.
    fileprivate func catchUpQuickly() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await wallet.approvals.catchUp() }
            group.addTask {
                try await Task.sleep(for: Self.patience)
                terminal.note("the platform has not answered yet; these are the requests seen so far")
            }
            try await group.next()
            group.cancelAll()
        }
    }
}

/// What a watch has printed of the requests that are open.
struct ShownApprovals {
    private var shown: [IntentID: Approval] = [:]

    /// What is to be printed now, oldest first: new requests, and those that have changed.
    mutating func take(_ open: [Approval]) -> [Approval] {
        open.reversed().filter { approval in
            let id = approval.intent.id
            defer { shown[id] = approval }
            guard let last = shown[id] else { return true }
            return last.state != approval.state || last.intent.terms != approval.intent.terms
        }
    }

    /// Those printed that are open no more; each is told once.
    mutating func takeGone(from open: [Approval]) -> [IntentID] {
        let gone = Set(shown.keys).subtracting(open.map(\.intent.id))
        for id in gone { shown[id] = nil }
        return gone.sorted { $0.rawValue < $1.rawValue }
    }
}

extension WalletSession {
    /// Runs a body while the wallet listens, and says how it does: "nothing new" and "not listening" are told apart.
    func listening(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await ListeningNote(file: profile.listeningFile).withWriter { write in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await wallet.sync.run() }
                group.addTask {
                    for await listening in wallet.sync.watchListening() {
                        write(listening)
                        if listening != .no { terminal.note("listening \(listening.sentence)") }
                    }
                }
                group.addTask { try await body() }
                try await group.next()
                group.cancelAll()
            }
        }
    }
}
