import FexValues
import Logging

/// Gives what the wallet reports to whoever subscribes to the topic `log`.
struct MessageLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug
    private let report: @Sendable (JSON) -> Void

    init(report: @escaping @Sendable (JSON) -> Void) { self.report = report }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        report([
            "level": .string(event.level.rawValue), "message": .string(PlainText.clean("\(event.message)")),
            "metadata": .object(
                JSONObject(all.map { JSONObject.Member($0.key, .string(PlainText.clean("\($0.value)"))) })),
        ])
    }
}
