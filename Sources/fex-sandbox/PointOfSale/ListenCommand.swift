import ArgumentParser
import FexSandbox
import FexValues
import TerminalProgram

/// `fex-sandbox pos listen`
struct ListenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen",
        abstract: "Receive webhooks and verify their signatures, until SIGTERM or SIGINT.",
        discussion: """
            A webhook with a good signature is printed, one a line, and answered 200; any other is named on standard \
            error and answered 401. The secrets are those of the ready document, so a secret rotated since is not \
            known here. What was received before is printed again and marked as a repeat.

            Example:
              fex-sandbox pos listen --port 4000 --json
              fex-sandbox pos intent --amount 29.99 --callback-url http://127.0.0.1:4000/paid
            """)

    @Option(help: "The port to bind on this machine; 0 picks a free one.")
    var port = 4000

    @OptionGroup var options: TillOptions

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("A port is a number from 0 to 65535.") }
    }

    func run() async throws {
        try await options.reportingFailures {
            let receiver = WebhookReceiver(keys: WebhookKeys(ready: try options.readyDocument()), port: port)
            do {
                try await print(receiver)
            } catch let error as SandboxError {
                throw TillError.configuration(error.description)
            }
        }
    }

    /// Prints what is received. A line that can't be printed ends it, and its webhook is not acknowledged.
    private func print(_ receiver: WebhookReceiver) async throws {
        let isJSON = options.json
        let (failures, failure) = AsyncStream<OutputError>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await receiver.run(stopsOnSignals: true) { address in
                    note("listening on \(address)")
                } refusal: { reason in
                    note("refused: \(reason)")
                } receive: { webhook in
                    do throws(OutputError) {
                        try OutputFile.standardOutput.write(line: isJSON ? webhook.document.text : text(of: webhook))
                    } catch {
                        failure.yield(error)
                        throw error
                    }
                }
            }
            group.addTask {
                // A reader that has closed the pipe is no failure, and ends the command.
                for await error in failures {
                    guard error == .readerHasGone else { throw Unwritten(error: error) }
                    return
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func note(_ sentence: String) { try? OutputFile.standardError.write(line: sentence) }

    private func text(of webhook: ReceivedWebhook) -> String {
        func member(_ name: String) -> String {
            switch webhook.body[name] {
            case .string(let text)?: PlainText.clean(text)
            case .number(let literal)?: literal
            default: "?"
            }
        }
        let parts = ["event", "payment_intent_id", "amount", "currency", "status"].map(member)
        return (parts + (webhook.isRepeat ? ["(repeat)"] : [])).joined(separator: "  ")
    }
}
