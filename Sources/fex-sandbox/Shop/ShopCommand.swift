import ArgumentParser
import FexSandbox
import FexValues
import Logging
import Synchronization

/// `fex-sandbox shop`
struct ShopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shop",
        abstract: "Run a sample shop with the web button until SIGTERM or SIGINT.",
        discussion: """
            When it is ready it writes its address to standard output, as {"shop": "http://…"}.

            Example:
              fex-sandbox shop --ready ready.json --port 8081
            """)

    @Option(help: "The ready document that the sandbox wrote; else $FEX_SANDBOX_READY.")
    var ready: String?

    @Option(help: "The merchant's id, or its place in the ready document.")
    var merchant = "0"

    @Option(help: "The address to bind.")
    var host = "127.0.0.1"

    @Option(help: "The port to bind; 0 picks a free one.")
    var port = 8081

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("A port is a number from 0 to 65535.") }
    }

    func run() async throws {
        var logger = Logger(label: "fex-sandbox", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .notice
        do {
            let document = try ReadyDocument.load(ready)
            let shop = try Shop(ready: document, merchant: merchant, host: host, port: port, logger: logger)
            let stop = AsyncStream<Never>.makeStream()
            let unwritten = Mutex<Unwritten?>(nil)
            try await shop.run(stopsOnSignals: true, until: stop.stream) { address in
                do throws(Unwritten) { try StandardOutput.write((["shop": .string(address)] as JSON).text) } catch {
                    // Nobody would know where it is.
                    unwritten.withLock { $0 = error }
                    stop.continuation.finish()
                }
            }
            if let error = unwritten.withLock({ $0 }) { throw error }
        } catch let error where error is CancellationError || error is Unwritten {
            throw error
        } catch {
            throw Failure.report(error, Failure.configuration)
        }
    }
}
