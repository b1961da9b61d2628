public import ArgumentParser
public import FexSandbox
import FexValues
import Foundation
public import Logging
import PaymentCodes
import Synchronization
import TerminalProgram

/// `fex-sandbox serve`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the platform until SIGTERM or SIGINT.",
        discussion: """
            When it is ready it writes one JSON document with addresses and credentials to standard output.

            Examples:
              fex-sandbox serve --port 0 --no-nats --seed 1 --clock virtual --control
              fex-sandbox serve --nats-port 0 --state ./sandbox --ready-file ready.json
            """)

    @Option(help: "The address to bind.")
    var host = "127.0.0.1"

    @Option(help: "The port to bind; 0 picks a free one.")
    var port = 8080

    @Option(help: "Start nats-server on this port, with one user a wallet; 0 picks a free one.")
    var natsPort: Int?

    @Option(help: "Publish events to this server, which runs already.")
    var nats: String?

    @Flag(help: "Publish no events. This is the default.")
    var noNats = false

    @Option(help: "Keep the state in this directory; without it everything is in memory.")
    var state: String?

    @Option(help: "Equal seeds give equal ids, secrets and keys.")
    var seed: UInt64?

    @Option(help: "real, or virtual: stands still until POST /sandbox/clock.")
    var clock = SandboxClock.Mode.real

    @Option(help: "A file with fault rules: a JSON list.")
    var faults: String?

    @Option(help: "Which of the published forms merchants' codes have: uri or json.")
    var qrForm = QRForm.uri

    @Flag(help: "Also send webhooks that are not documented: payment.declined.")
    var extendedWebhooks = false

    @Option(help: "Hosts that webhooks may go to beside this machine: HOST[,HOST].")
    var allowWebhooksTo: String?

    @Option(help: "Also write the ready document to this file.")
    var readyFile: String?

    @Flag(help: "Serve the test-only routes under /sandbox.")
    var control = false

    @Option(help: "What is logged to standard error: trace, debug, info, notice, warning, error.")
    var logLevel = Logger.Level.notice

    func validate() throws {
        guard (0...65_535).contains(port), (0...65_535).contains(natsPort ?? 0) else {
            throw ValidationError("A port is a number from 0 to 65535.")
        }
        guard [natsPort != nil, nats != nil, noNats].count(where: { $0 }) <= 1 else {
            throw ValidationError("Only one of --nats-port, --nats and --no-nats can be given.")
        }
        guard webhookDestinations != nil else {
            throw ValidationError("--allow-webhooks-to takes hosts without ports, with commas between them.")
        }
    }

    func run() async throws {
        var logger = Logger(label: "fex-sandbox", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = logLevel
        do {
            for path in [state, faults, readyFile] { if let path { try ProgramArguments.check(path: path) } }
            _ = try ProgramArguments.variable("TMPDIR")
            let sandbox = try await Sandbox(try sandboxConfiguration(), logger: logger)
            let readyFile = readyFile
            let left = Mutex(Data())
            defer { LatestSandbox.remove(left.withLock { $0 }) }
            try await sandbox.run(stopsOnSignals: true) { ready in
                let document = ready.json.data + Data("\n".utf8)
                LatestSandbox.leave(document)
                left.withLock { $0 = document }
                if let readyFile { try ReadyFile(path: readyFile).write(document) }
                try StandardOutput.write(ready.json.text)
            }
        } catch let error where error is CancellationError || error is Unwritten {
            throw error
        } catch {
            throw Failure.report(error, Failure.configuration)
        }
    }

    private var webhookDestinations: WebhookDestinations? {
        let hosts = allowWebhooksTo?.split(separator: ",", omittingEmptySubsequences: false) ?? []
        return WebhookDestinations(hosts: hosts.map(String.init))
    }

    private func sandboxConfiguration() throws -> SandboxConfiguration {
        var configuration = SandboxConfiguration()
        configuration.host = host
        configuration.port = port
        if let natsPort { configuration.events = .child(port: natsPort) }
        if let nats { configuration.events = .server(url: nats) }
        configuration.stateDirectory = state.map { URL(filePath: $0) }
        configuration.seed = seed
        configuration.clock = clock
        configuration.faults = try faults.map { path in
            guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8) else {
                throw SandboxError.faults("\(Quotation.fitToBeShown(path)) can't be read")
            }
            return text
        }
        configuration.qrForm = qrForm
        configuration.hasControl = control
        configuration.extendsWebhooks = extendedWebhooks
        configuration.webhookDestinations = webhookDestinations ?? .loopback
        return configuration
    }
}

extension SandboxClock.Mode: ExpressibleByArgument {}
extension QRForm: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}
