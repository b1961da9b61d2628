/// Whether somebody is logged in, as far as this device knows; the platform may still refuse them.
public struct SessionState: Hashable, Sendable {
    /// The word that scripts read, in snake case: `logged_out`.
    public let rawValue: String

    private init(_ rawValue: String) { self.rawValue = rawValue }

    /// Somebody is logged in.
    public static let loggedIn = SessionState("logged_in")
    /// Nobody is logged in: nobody ever was, or they have logged out.
    public static let loggedOut = SessionState("logged_out")
    /// The identity provider has ended the session, or the key of its tokens is gone: log in again.
    public static let ended = SessionState("ended")
    /// The secrets can't be read: they are locked, or their store is not there.
    public static let unreadable = SessionState("unreadable")

    /// What a check that failed says of the session: see ``AccountService/check()``; `nil` for an error about something else.
    public init?(_ error: any Error) {
        switch error {
        case let error as SessionError: self = error == .notLoggedIn ? .loggedOut : .ended
        case is SecretStoreError: self = .unreadable
        default: return nil
        }
    }
}

extension AccountService {
    /// Whether somebody is logged in: now, and whenever that changes in this process.
    ///
    /// What another process does shows while ``Sync/run()`` goes on here, within some seconds. The sequence throws
    /// ``OpeningError/closed`` once the wallet is closed.
    public func watchSession() -> some AsyncSequence<SessionState, any Error> & Sendable {
        DeviceWatch<SessionState>(hear: { sessionCounts }, time: time, clock: clock) {
            let shown = Shown<SessionState>()
            return { _ in
                let state = try await loadSession()
                return .init(element: shown.exchange(state))
            }
        }
    }

    /// Whether somebody is logged in; asks nobody.
    ///
    /// - Throws: ``OpeningError/closed``; `CancellationError`.
    public func loadSession() async throws -> SessionState {
        do {
            try await check()
            return .loggedIn
        } catch {
            guard let state = SessionState(error) else { throw error }
            return state
        }
    }

    /// What changes with the session.
    var sessionCounts: [any ChangeCount] { [sessionChanges, SessionEnds(session: session)] }
}

/// How often a session has ended.
private struct SessionEnds: ChangeCount {
    let session: Session

    var value: Int { session.endCount }
    func watch() -> AsyncStream<Int> { session.watchEnds() }
}
