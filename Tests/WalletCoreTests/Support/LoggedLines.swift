import Logging
import Synchronization

/// What a wallet logged that whoever runs it gets to see.
final class LoggedLines: Sendable {
    private let lines = Mutex<[(message: String, metadata: Logger.Metadata)]>([])

    var kinds: [String] { values("kind") }
    var times: [String] { values("times") }
    /// All of it, as a line each.
    var text: String { lines.withLock { $0.map { "\($0.message) \($0.metadata)" }.joined(separator: "\n") } }

    /// A logger of what is worth a level or more.
    func logger(_ level: Logger.Level = .info) -> Logger {
        Logger(label: "test", factory: { _ in Handler(lines: self, logLevel: level) })
    }

    private func values(_ key: String) -> [String] { lines.withLock { $0.map { "\($0.metadata[key] ?? "none")" } } }

    private struct Handler: LogHandler {
        let lines: LoggedLines
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.lines.withLock { $0.append(("\(event.message)", event.metadata ?? [:])) }
        }
    }
}
