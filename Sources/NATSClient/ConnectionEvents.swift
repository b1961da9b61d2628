import FexValues
import Synchronization

/// The state and the errors of one connection, for any number of listeners.
final class ConnectionEvents: Sendable {
    /// One stream, whatever its elements are.
    fileprivate struct Listener {
        var yield: @Sendable (NATSEvent) -> Void
        var finish: @Sendable () -> Void
        let end = End()
    }

    /// Whether a stream's reader is gone. `onTermination` runs under the lock of the cancelled task. Taking `state`'s
    /// mutex there could deadlock with a yield made under it, which needs the task's lock, so the flag is atomic.
    fileprivate final class End: Sendable {
        let hasCome = Atomic(false)
    }

    fileprivate struct State {
        var current: NATSState = .disconnected(reason: "not yet connected")
        var heardFromLibrary = false
        var nextID = 0
        var listeners: [Listener] = []
        var closingActions: [Int: @Sendable () -> Void] = [:]
        /// What is told each new state.
        var follower: (@Sendable (NATSState) -> Void)?
        /// Why this side is cutting the connection.
        var cutReason: NATSError?

        var isClosed: Bool {
            if case .closed = current { true } else { false }
        }

        /// The listeners that still read.
        var present: [Listener] { listeners.filter { !$0.end.hasCome.load(ordering: .acquiring) } }

        mutating func makeID() -> Int {
            nextID += 1
            return nextID
        }
    }

    /// The connections that libnats may call back about.
    static let table = CallbackTable<ConnectionEvents>()

    private let state = Mutex(State())
    private let secrets: [Redacted<String>]

    /// - Parameter secrets: What no error may say.
    init(withholding secrets: [Redacted<String>] = []) { self.secrets = secrets }

    /// How the connection stands.
    var current: NATSState { state.withLock { $0.current } }

    /// A new stream of what a function makes of the current state, then of each event. It ends after `.closed`.
    ///
    /// A listener that falls far behind loses the oldest elements, never the newest.
    func listen<Element: Sendable>(
        _ transform: @escaping @Sendable (NATSEvent) -> Element?
    ) -> AsyncStream<Element> {
        let (stream, continuation) = AsyncStream.makeStream(of: Element.self, bufferingPolicy: .bufferingNewest(256))
        let listener = Listener(
            yield: { if let element = transform($0) { continuation.yield(element) } },
            finish: { continuation.finish() })
        continuation.onTermination = { [end = listener.end] _ in end.hasCome.store(true, ordering: .releasing) }
        let isClosed = state.withLock { state in
            listener.yield(.state(state.current))
            guard !state.isClosed else { return true }
            state.listeners = state.present
            state.listeners.append(listener)
            return false
        }
        if isClosed { continuation.finish() }
        return stream
    }

    /// Sets the state that the connecting call returned, unless a callback has reported a newer one.
    func settle(_ initial: NATSState) {
        state.withLock { state in
            if !state.heardFromLibrary { state.change(to: initial) }
        }
    }

    /// The library says that the state changed.
    func change(to new: NATSState) {
        let follower = state.withLock { state in
            state.heardFromLibrary = true
            var new = new
            if case .disconnected = new, let reason = state.cutReason { new = .disconnected(reason: reason.detail) }
            if new == .connected { state.cutReason = nil }
            state.change(to: new)
            return state.follower
        }
        follower?(new)
    }

    /// Has a function told the state as it is, and then each new one, until the connection is closed.
    func follow(_ follower: @escaping @Sendable (NATSState) -> Void) {
        let current = state.withLock { state in
            if !state.isClosed { state.follower = follower }
            return state.current
        }
        follower(current)
    }

    /// An error of a call, or why this side has cut the connection, if that is what the call met.
    func explained(_ error: NATSError) -> NATSError {
        guard [.notConnected, .closed, .unreachable].contains(error.code) else { return error }
        return state.withLock { $0.cutReason } ?? error
    }

    /// Why this side has cut the connection that stood last; `nil` where it has not.
    var cutReason: NATSError? { state.withLock { $0.cutReason } }

    /// Notes why the connection is about to be cut from this side: libnats will only find it lost.
    func noteCut(_ reason: NATSError) {
        state.withLock { $0.cutReason = reason }
    }

    /// The library, or a subscription, reports an error that no call is there to throw.
    func report(_ problem: NATSError) {
        let problem = problem.withholding(secrets)
        state.withLock { state in
            for listener in state.present { listener.yield(.problem(problem)) }
        }
    }

    /// The connection is over: reports it once, ends all streams, and runs the actions of ``whenClosed(_:)``.
    func close(reason: NATSError?) {
        let reason = reason?.withholding(secrets)
        let ended = state.withLock { state -> State? in
            guard !state.isClosed else { return nil }
            state.heardFromLibrary = true
            state.change(to: .closed(reason: state.cutReason ?? reason))
            let ended = state
            state.listeners = []
            state.follower = nil
            state.closingActions = [:]
            return ended
        }
        // Outside the lock: these call back.
        guard let ended else { return }
        ended.follower?(ended.current)
        for listener in ended.listeners { listener.finish() }
        for action in ended.closingActions.values { action() }
    }

    /// Has an action run when the connection closes; at once if it is closed already.
    ///
    /// - Returns: A number for ``forget(_:)``.
    func whenClosed(_ action: @escaping @Sendable () -> Void) -> Int {
        let id: Int? = state.withLock { state in
            guard !state.isClosed else { return nil }
            let id = state.makeID()
            state.closingActions[id] = action
            return id
        }
        if id == nil { action() }
        return id ?? 0
    }

    /// Removes an action that ``whenClosed(_:)`` was given.
    func forget(_ id: Int) {
        _ = state.withLock { $0.closingActions.removeValue(forKey: id) }
    }
}

extension ConnectionEvents.State {
    fileprivate mutating func change(to new: NATSState) {
        guard !isClosed, new != current else { return }
        current = new
        for listener in present { listener.yield(.state(new)) }
    }
}
