import FexValues

/// Why a till could not do what it was asked.
public enum TillError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no ready document, or it names no such merchant or counter.
    case configuration(String)
    /// The platform does not answer.
    case unreachable(String)
    /// The platform refused, with this status and this text.
    case refused(status: Int, message: String)
    /// What the platform answered is not what it publishes.
    case malformedAnswer

    /// A sentence for people.
    public var description: String {
        switch self {
        case .configuration(let problem): problem
        case .unreachable(let problem): "the platform is out of reach: \(problem)"
        case .refused(let status, let message):
            "the platform refused (\(status)): \(PlainText.clean(message))"
        case .malformedAnswer: "the platform's answer can't be read"
        }
    }
}
