import Foundation
import Synchronization

/// Whether an event stream hears: one that is deaf is told by an echo that does not come.
final class Heartbeat: Sendable {
    private let awaited = Mutex<Data?>(nil)

    /// How many times the stream has been connected.
    let connections = CurrentValue(0)

    /// Waits for an echo from now on.
    func expect(_ echo: String) { awaited.withLock { $0 = Data(echo.utf8) } }

    /// A message came on the echo's subject.
    func hear(_ payload: Data) { awaited.withLock { if $0 == payload { $0 = nil } } }

    /// Whether the echo has come.
    var isAlive: Bool { awaited.withLock { $0 == nil } }
}
