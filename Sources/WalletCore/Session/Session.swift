import Foundation
import Logging

/// Who is logged in, and the token that says so.
///
/// Tokens are renewed 30 seconds before they end: once for all who wait, and once for all processes that share the
/// secrets, since a refresh token may be used a single time.
public actor Session {
    private let calls: any TokenCalls & DeviceGrantCalls
    private let secrets: any SecretStore
    private let clock: any WalletClock
    private let log: Logger
    private let executor: (any TaskExecutor)?
    private var renewal: Task<Tokens, any Error>?
    /// The access token that the platform refused last.
    private var rejected: String?

    init(
        calls: any TokenCalls & DeviceGrantCalls, secrets: any SecretStore, clock: any WalletClock, log: Logger,
        executor: (any TaskExecutor)? = nil
    ) {
        self.calls = calls
        self.secrets = secrets
        self.clock = clock
        self.log = log
        self.executor = executor
    }

    /// Whether there are tokens; asks nobody, so the platform may still refuse them.
    public nonisolated var isLoggedIn: Bool {
        (try? loadTokens()) != nil
    }

    /// Logs in with a name and a password; the tokens are saved when this returns.
    ///
    /// Meant for tests: people use the device authorization grant, ``logIn(prompt:)``.
    ///
    /// - Throws: ``SessionError/refused(_:)``, or ``PlatformError`` where the identity provider can't be had.
    func logIn(username: String, password: String) async throws {
        let tokens: Tokens
        do {
            tokens = try await calls.requestTokens(username: username, password: password)
        } catch let error as PlatformError {
            guard case .refused(let refusal) = error.reason else { throw error }
            throw SessionError.refused(refusal.message)
        }
        try secrets.save(tokens.secret, as: .tokens)
    }

    /// Logs in when a person elsewhere has allowed it (RFC 8628); the tokens are saved when this returns.
    ///
    /// An identity provider that can't be reached is asked again, until the code ends.
    ///
    /// - Parameter prompt: Shows the person where to go; called once, before the first question.
    /// - Throws: ``SessionError/loginDenied``, ``SessionError/loginExpired``, ``SessionError/refused(_:)``, or
    ///   ``PlatformError`` where the login can't begin.
    func logIn(prompt: @Sendable (DevicePrompt) async throws -> Void) async throws {
        let grant = try await beginDeviceGrant()
        try await prompt(grant.prompt)
        var polling = DeviceGrantPolling(interval: grant.interval)
        var pause = grant.interval
        while true {
            try await clock.sleep(for: pause)
            guard clock.now() < grant.prompt.expiresAt else { throw SessionError.loginExpired }
            do {
                let tokens = try await calls.requestTokens(deviceCode: grant.deviceCode)
                return try secrets.save(tokens.secret, as: .tokens)
            } catch let error as PlatformError {
                switch polling.step(after: error) {
                case .wait(let interval): pause = interval
                case .fail(let failure): throw failure
                case .giveUp: throw error
                }
            }
        }
    }

    private func beginDeviceGrant() async throws -> DeviceGrant {
        do {
            return try await calls.beginDeviceGrant()
        } catch let error as PlatformError {
            guard case .refused(let refusal) = error.reason else { throw error }
            throw SessionError.refused(refusal.message)
        }
    }

    /// Forgets the tokens and the event server's password; the device's key stays.
    public nonisolated func logOut() throws {
        try secrets.remove(.tokens)
        try secrets.remove(.eventCredentials)
    }

    private nonisolated func loadTokens() throws -> Tokens? {
        try secrets.load(.tokens).flatMap { Tokens(secret: $0) }
    }
}

extension Session: TokenSource {
    func accessToken() async throws -> String {
        guard let tokens = try loadTokens() else { throw SessionError.notLoggedIn }
        if isUsable(tokens) { return tokens.access }
        return try await renewedTokens().access
    }

    func reject(_ token: String) {
        rejected = token
    }

    private func isUsable(_ tokens: Tokens) -> Bool {
        tokens.isFresh(at: clock.now()) && tokens.access != rejected
    }

    /// The tokens after a renewal that is shared by all callers.
    private func renewedTokens() async throws -> Tokens {
        if let renewal { return try await renewal.value }
        // A task of its own: one caller's cancellation must not end the renewal for the others.
        let task = Task(executorPreference: executor) { try await self.renew() }
        renewal = task
        defer { renewal = nil }
        return try await task.value
    }

    private func renew() async throws -> Tokens {
        try await secrets.withExclusiveAccess { try await self.renewExclusively() }
    }

    private func renewExclusively() async throws -> Tokens {
        guard let tokens = try loadTokens() else { throw SessionError.notLoggedIn }
        // Another process may have done it while this one waited.
        if isUsable(tokens) { return tokens }
        guard let refresh = tokens.refresh else { throw SessionError.ended }
        do {
            let renewed = try await calls.renewTokens(refresh: refresh)
            try secrets.save(renewed.secret, as: .tokens)
            return renewed
        } catch let error as PlatformError {
            guard case .refused(let refusal) = error.reason else { throw error }
            log.notice("session ended", metadata: ["status": "\(refusal.status)"])
            throw SessionError.ended
        }
    }
}
