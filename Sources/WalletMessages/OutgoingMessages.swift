import FexValues

/// What a wallet has said and nobody has received yet, oldest first.
///
/// Of a topic only the newest value is kept, in the place of the one that waits: a slow host gets the newest, never a growing
/// queue.
struct OutgoingMessages {
    private enum Entry {
        case message(String)
        case topic(Topic)
        case log(String)
    }

    /// How much of the log is kept that nobody has received.
    private static let mostLogLines = 256

    private var entries: [Entry] = []
    private var head = 0
    private var values: [Topic: String] = [:]
    private var logLines = 0

    var isEmpty: Bool { head == entries.count }

    mutating func append(_ message: String) { entries.append(.message(message)) }

    /// The newest value of a topic, in the place of one that waits.
    mutating func replace(_ topic: Topic, _ message: String) {
        if values.updateValue(message, forKey: topic) == nil { entries.append(.topic(topic)) }
    }

    /// A line of the log; the oldest one is dropped where too many wait.
    mutating func log(_ message: String) {
        if logLines == Self.mostLogLines,
            let oldest = entries[head...].firstIndex(where: { if case .log = $0 { true } else { false } })
        {
            entries.remove(at: oldest)
            logLines -= 1
        }
        entries.append(.log(message))
        logLines += 1
    }

    /// Drops what waits of a topic that nobody subscribes to any more.
    mutating func drop(_ topic: Topic) {
        guard values.removeValue(forKey: topic) != nil else { return }
        entries[head...].firstIndex { if case .topic(topic) = $0 { true } else { false } }.map {
            _ = entries.remove(at: $0)
        }
    }

    mutating func popFirst() -> String? {
        guard !isEmpty else { return nil }
        let entry = entries[head]
        head += 1
        if head > 64, head * 2 > entries.count {
            entries.removeFirst(head)
            head = 0
        }
        switch entry {
        case .message(let text): return text
        case .log(let text):
            logLines -= 1
            return text
        case .topic(let topic): return values.removeValue(forKey: topic)
        }
    }
}

/// What a host can be told of again and again.
enum Topic: String, CaseIterable, Hashable, Sendable {
    case approvals, balance, history, outbox, listening, session, log
}
