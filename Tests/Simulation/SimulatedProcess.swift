import GRDB
import WalletCore
import WalletTesting

/// One life of a process: from its start until it crashes. What it waited for then never comes.
final class SimulatedProcess: @unchecked Sendable {
    /// A crash: nothing that this process does has an effect any more.
    struct Crashed: Error {}

    let name: String
    let device: SimulatedDevice
    private(set) var isDead = false
    /// At how many moments of the store's it is still there; `nil` lets it live.
    var momentsToLive: Int?
    var wallet: Wallet?
    /// Told once, when it crashes by itself.
    var onCrash: (() -> Void)?
    var keepsEveryState = false
    /// Of how many corrections of the platform's clock the last honest answer knew; `nil` before the first.
    var heardEpoch: Int?

    /// The event server, as this process reaches it.
    let broker = InMemoryEventBroker()
    /// The run that listens, while it does.
    var listener: Task<Void, Never>?
    /// What was said of listening last.
    var said = EventDelivery.no
    /// When the platform last answered this process.
    var lastAnswer: Int64 = 0

    private var waits: [Int: () -> Void] = [:]
    private var lastWait = 0

    init(name: String, device: SimulatedDevice) {
        self.name = name
        self.device = device
    }

    /// Ends the process.
    func crash() {
        guard !isDead else { return }
        isDead = true
        let waits = waits.sorted { $0.key < $1.key }
        self.waits = [:]
        for (_, end) in waits { end() }
        said = .no
        listener?.cancel()
        // It holds this process.
        wallet = nil
        onCrash?()
    }

    /// Waits for something that the timeline brings, or for the process's end.
    ///
    /// - Parameter begin: Has the timeline bring it. What it is handed says whether somebody waited for the value.
    func wait<Value: Sendable>(
        orElse ending: Value, for begin: (@escaping (Value) -> Bool) -> Void
    ) async -> Value {
        guard !isDead else { return ending }
        return await withCheckedContinuation { continuation in
            lastWait += 1
            let number = lastWait
            waits[number] = { continuation.resume(returning: ending) }
            begin { value in
                guard self.waits.removeValue(forKey: number) != nil else { return false }
                continuation.resume(returning: value)
                return true
            }
        }
    }

    /// Waits for something that the timeline brings, or for the end of the process or of the task.
    func waitCancellably(for begin: (@escaping (Bool) -> Bool) -> Void) async -> Bool {
        let number = lastWait + 1
        return await withTaskCancellationHandler {
            guard !Task.isCancelled else { return false }
            return await wait(orElse: false, for: begin)
        } onCancel: {
            self.waits.removeValue(forKey: number)?()
        }
    }

    /// Called at each moment of the store's.
    func pass(_ moment: InlineDatabase.Moment) throws {
        if isDead { throw Crashed() }
        if moment == .write, keepsEveryState { device.beforeLastWrite = try copy(device.queue) }
        if moment == .committed { device.noteCommit() }
        guard let left = momentsToLive else { return }
        momentsToLive = left - 1
        guard left <= 0 else { return }
        crash()
        throw Crashed()
    }

    private func copy(_ queue: DatabaseQueue) throws -> DatabaseQueue {
        let copy = try DatabaseQueue()
        try queue.backup(to: copy)
        return copy
    }
}
