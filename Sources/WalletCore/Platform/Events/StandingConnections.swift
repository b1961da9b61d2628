import Synchronization

/// The connections of a transport on which messages can be published now.
package final class StandingConnections<Connection: AnyObject & Sendable>: Sendable {
    private let connections = Mutex<[Connection]>([])

    /// None yet.
    package init() {}

    /// The one that has stood longest.
    package var oldest: Connection? { connections.withLock { $0.first } }

    /// Messages can be published on this one from now on.
    package func enter(_ connection: Connection) {
        connections.withLock { $0.append(connection) }
    }

    /// They can't any more.
    package func leave(_ connection: Connection) {
        connections.withLock { $0.removeAll { $0 === connection } }
    }
}
