import FexHTTP
import HTTPTypes
import Synchronization
import WalletCore

/// A transport on which the answers to some calls do not come before they are let go.
final class HeldTransport: HTTPTransport {
    private struct State {
        var held: Set<String> = []
        var heldAnswers: Set<String> = []
        var waiting: [AsyncStream<Void>.Continuation] = []
    }

    private let base: any HTTPTransport
    private let state = Mutex(State())

    init(_ base: any HTTPTransport) { self.base = base }

    /// Holds the calls whose path ends in one of these names.
    func hold(_ names: String...) { state.withLock { $0.held = Set(names) } }

    /// Holds the answers to the calls whose path ends in one of these names: the platform has made them by then.
    func holdAnswers(to names: String...) { state.withLock { $0.heldAnswers = Set(names) } }

    /// How many calls are held.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// Lets all calls go.
    func release() {
        let waiting = state.withLock { state in
            defer { state = State() }
            return state.waiting
        }
        for call in waiting { call.finish() }
    }

    func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
        let name = String(call.address.target.split(separator: "/").last?.split(separator: "?").first ?? "")
        await wait { $0.held.contains(name) }
        let answer = try await base.send(call)
        await wait { $0.heldAnswers.contains(name) }
        return answer
    }

    private func wait(if isHeld: @Sendable (State) -> Bool) async {
        let (turn, go) = AsyncStream<Void>.makeStream()
        let isHeld = state.withLock { state in
            guard isHeld(state) else { return false }
            state.waiting.append(go)
            return true
        }
        if isHeld { for await _ in turn {} }
    }
}
