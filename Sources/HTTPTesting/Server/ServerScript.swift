public import FexHTTP
import WalletCore

/// What a test server does once it has received a request.
public struct ServerScript: Sendable {
    /// One thing that a server does.
    public enum Step: Sendable {
        /// Sends bytes.
        case send([UInt8])
        /// Sends a body, except to HEAD.
        case sendBody([UInt8])
        /// Sends bytes again and again, until the client is gone.
        case sendForEver([UInt8])
        /// Sends one byte after another with a pause before each, again and again, until the client is gone.
        case drip([UInt8], pauseMilliseconds: Int32)
        /// Lets some time pass.
        case pause(milliseconds: Int32)
        /// Takes no more connections: who tries one is refused.
        case stopListening
        /// Says nothing until the client is gone.
        case fallSilent
        /// Closes the connection.
        case close
        /// Closes the connection if the request is not the first on it.
        case closeIfKept
        /// Breaks the connection off.
        case reset
    }

    /// What is done, in order; then the next request on the connection is awaited.
    public var steps: [Step]
    /// The answer that the steps come to, if they are an answer like any other.
    public var answer: HTTPAnswer?

    /// A script of steps.
    public init(_ steps: [Step]) {
        self.steps = steps
    }
}
