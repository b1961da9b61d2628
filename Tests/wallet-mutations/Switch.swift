import Synchronization

/// Whether the network is away.
final class Switch: Sendable {
    private let state = Mutex(false)
    var isOn: Bool { state.withLock { $0 } }
    func turn(on isOn: Bool) { state.withLock { $0 = isOn } }
}
