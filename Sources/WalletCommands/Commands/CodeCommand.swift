import ArgumentParser
import FexValues
import Foundation
import QRCode
import TerminalProgram
import WalletCore
import WalletDocuments

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `code`: the wallet's own code, for a till to scan.
struct CodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "code", abstract: "Show your own code, for a till to scan.",
        discussion: """
            With --watch the request that follows is shown. Where there is a terminal to ask on, y approves it and n \
            declines it; Return leaves it open, among your `approvals`.

            With --png or --svg the code is written to a file in place of being drawn. The file is there whole or not at \
            all; one of the same name is replaced. Only you can read it: whoever has the code can ask you to pay.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var image: CodeImageOptions
    @Flag(help: "Go on to the request that follows.") var watch = false

    func run() async throws {
        try await options.read { try await GlobalOptions.checkSession($1) }
        let token = try await options.loadAccount().scanToken.rawValue
        let code = try QRCode(text: token)
        // What was asked before the code is shown does not follow it.
        let context = watch ? try await options.openLoggedIn() : nil
        let known = try await context?.knownRequests()
        if image.files.isEmpty { try draw(code, of: token) } else { try await write(code, of: token) }
        guard let context, let known else { return }
        let request = try await context.nextRequest(after: known)
        try options.terminal.result(request.outputDocument, text: request.line)
        let intent = request.intent
        let question = Question(
            text: "Approve paying \(intent.amount) to \(intent.quotedPayee)? Return leaves it open.", choices: "y/n")
        switch question.ask() {
        case .yes?: try await context.decide(.approve, on: intent, consent: .asked)
        case .no?: try await context.decide(.decline, on: intent, consent: .asked)
        case .neither?: options.terminal.note("neither approved nor declined: it waits among your `approvals`")
        case nil: break
        }
    }
}

extension CodeCommand {
    fileprivate func draw(_ code: QRCode, of token: String) throws {
        let drawing = code.terminalText(style: Terminal.hasColour ? .ansi : .halfBlocks(inverted: false))
        // A drawing holds colours, and nothing from outside: it is printed as it is.
        let document: JSON = ["scan_token": .string(token)]
        try options.terminal.write(options.json ? document.text : drawing + token)
        // What colours it takes no place.
        let width = code.terminalText(style: .halfBlocks(inverted: false)).split(separator: "\n").first?.count ?? 0
        if !options.json, isatty(STDOUT_FILENO) != 0, let columns = ScreenWidth.current, columns < width {
            options.terminal.note(
                "the drawing is \(width) columns wide and the terminal \(columns): no till can scan it so")
        }
    }

    fileprivate func write(_ code: QRCode, of token: String) async throws {
        try await image.write(code)
        let files = image.files.map { JSONObject.Member($0.name, .string($0.path)) }
        let names = image.files.map { PlainText.clean($0.path) }.joined(separator: " and ")
        try options.terminal.result(
            .object(JSONObject([JSONObject.Member("scan_token", .string(token))] + files)),
            text: "The code is in \(names).")
    }
}

extension CommandContext {
    /// The requests that are open already, also those that this device has not heard of yet.
    fileprivate func knownRequests() async throws -> Set<IntentID> {
        // Out of reach, there are those that it has.
        do { try await wallet.approvals.catchUp() } catch is PlatformError {}
        return Set(try await wallet.approvals.loadOpen().map(\.intent.id))
    }

    /// Listens until a till asks something new.
    fileprivate func nextRequest(after known: Set<IntentID>) async throws -> ApprovalRequest {
        let (requests, found) = AsyncStream<ApprovalRequest>.makeStream()
        try await listening {
            for try await approvals in wallet.approvals.watch() {
                guard let new = approvals.first(where: { !known.contains($0.intent.id) && $0.state == .pending })
                else { continue }
                found.yield(new)
                return
            }
        }
        found.finish()
        for await request in requests { return request }
        throw CancellationError()
    }
}
