import FexValues
import Foundation
import Logging

/// Who is logged in, and the token that says so.
///
/// Tokens are renewed 30 seconds before they end: once for all who wait, and once for all processes that share the
/// secrets, since a refresh token may be used a single time. Tokens that arrive after somebody has logged out are not kept,
/// be it in this process or in another.
actor Session {
    /// For how long a token that has just been renewed is believed, whoever refuses it: another would fare no better.
    private static let trust: Duration = .seconds(60)

    private let calls: any TokenCalls & DeviceGrantCalls & AuthorizationCalls
    private let origins: TokenOrigins
    private let secrets: any SecretStore
    private let clock: any WalletClock
    private let entropy: Entropy
    private let log: Logger
    private let executor: (any TaskExecutor)?
    /// Those who wait for the renewal that is under way; `nil` while none is.
    private var waiting: [AsyncStream<Result<Tokens, any Error>>.Continuation]?
    /// The access token that the platform refused last.
    private var rejected: String?
    /// The uptime of this process's last renewal.
    private var renewedAt: Duration?
    /// How often a session has ended in this process.
    private let ends = CurrentValue(0)

    init(
        calls: any TokenCalls & DeviceGrantCalls & AuthorizationCalls, origins: TokenOrigins, secrets: any SecretStore,
        clock: any WalletClock, entropy: Entropy, log: Logger, executor: (any TaskExecutor)? = nil
    ) {
        self.calls = calls
        self.origins = origins
        self.secrets = secrets
        self.clock = clock
        self.entropy = entropy
        self.log = log
        self.executor = executor
    }

    /// As ``AccountService/check()``.
    nonisolated func check() async throws {
        _ = try await stored().requireTokens()
    }

    /// Logs in with a name and a password; the tokens are saved when this returns.
    ///
    /// Meant for tests: people use the device authorization grant, ``logIn(prompt:)``.
    ///
    /// - Throws: ``SessionError/refused(_:)``, ``SessionError/loggedOutMeanwhile``, or ``PlatformError`` where the identity
    ///   provider can't be had.
    func logIn(username: String, password: String) async throws {
        let beginning = try await stored()
        do {
            try await keep(
                try await calls.requestTokens(username: username, password: password), since: beginning.lastLogOut)
        } catch let refusal as OAuthRefusal {
            throw SessionError.refused(refusal.message)
        }
    }

    /// Logs in when a person elsewhere has allowed it (RFC 8628); the tokens are saved when this returns.
    ///
    /// An identity provider that can't be reached is asked again, until the code ends.
    ///
    /// - Parameter prompt: Shows the person where to go; called once, before the first question.
    /// - Throws: ``SessionError/loginDenied``, ``SessionError/loginExpired``, ``SessionError/refused(_:)``,
    ///   ``SessionError/loggedOutMeanwhile``, or ``PlatformError`` where the login can't begin.
    func logIn(prompt: @Sendable (DevicePrompt) async throws -> Void) async throws {
        let beginning = try await stored()
        let grant = try await beginDeviceGrant()
        try await prompt(grant.prompt)
        var polling = DeviceGrantPolling(interval: grant.interval)
        var pause = grant.interval
        while true {
            try await clock.sleep(for: pause)
            guard clock.now() < grant.prompt.expiresAt else { throw SessionError.loginExpired }
            let tokens: Tokens
            do {
                tokens = try await calls.requestTokens(deviceCode: grant.deviceCode.value)
            } catch {
                switch polling.step(after: error) {
                case .wait(let interval): pause = interval
                case .fail(let failure): throw failure
                case .giveUp: throw error
                }
                continue
            }
            return try await keep(tokens, since: beginning.lastLogOut)
        }
    }

    /// As ``AccountService/beginLogIn(redirect:)``.
    func beginLogIn(redirect: URL) async throws -> URL {
        let provider = try await calls.fetchAuthorizationEndpoint()
        let login = AuthorizationLogin(
            redirect: redirect, provider: provider, begunAt: clock.now(), after: try await stored().lastLogOut,
            secret: { entropy.uuid() + entropy.uuid() })
        try await secrets.save(login.secret, as: .login)
        return login.page(of: provider)
    }

    /// As ``AccountService/finishLogIn(callback:deviceName:)``, but for what follows a login.
    func finishLogIn(callback: URL) async throws {
        guard let kept = try await secrets.load(.login), let login = AuthorizationLogin(secret: kept),
            clock.now() < login.endsAt
        else { throw SessionError.otherLogin }
        let code = try login.code(in: callback)
        // Whatever comes of it, the same answer counts once.
        try await secrets.remove(.login)
        let tokens: Tokens
        do {
            tokens = try await calls.requestTokens(code: code, of: login)
        } catch let refusal as OAuthRefusal {
            throw SessionError.refused(refusal.message)
        }
        try await keep(tokens, since: login.after)
    }

    /// As ``AccountService/logIn(accessToken:expiresIn:refreshToken:deviceName:)``, but for what follows a login.
    func logIn(accessToken: String, expiresIn duration: Duration, refreshToken: String?) async throws {
        let endsAt = clock.now().advanced(by: duration)
        try await keep(
            Tokens(access: accessToken, accessEndsAt: endsAt, refresh: refreshToken),
            since: try await stored().lastLogOut)
    }

    private func beginDeviceGrant() async throws -> DeviceGrant {
        do {
            return try await calls.beginDeviceGrant()
        } catch let refusal as OAuthRefusal {
            throw SessionError.refused(refusal.message)
        }
    }

    /// Keeps the tokens of a login, unless somebody has logged out since it began. A renewal meanwhile is no log-out.
    private func keep(_ tokens: Tokens, since lastLogOut: String?) async throws {
        var tokens = tokens
        tokens.origins = origins
        let session = StoredSession.tokens(tokens, after: lastLogOut)
        while true {
            let found = try await secrets.load(.tokens)
            guard StoredSession(secret: found).lastLogOut == lastLogOut else {
                throw SessionError.loggedOutMeanwhile
            }
            if try await secrets.replace(.tokens, expected: found, with: session.secret) { return }
        }
    }

    /// Forgets the tokens and the event server's password. Waits for nobody.
    ///
    /// - Returns: What was kept until then; `nil` where it can't be read, as of secrets that are locked.
    nonisolated func forget() async throws -> StoredSession? {
        defer { ends.update { $0 += 1 } }
        let session = try? await stored()
        do {
            try await secrets.save(StoredSession.loggedOut(id: entropy.uuid()).secret, as: .tokens)
        } catch {
            // On a full disk nothing can be written, but tokens can still be removed.
            try await secrets.remove(.tokens)
        }
        try await secrets.remove(.eventCredentials)
        return session
    }

    /// Has the identity provider end the session of tokens (RFC 7009).
    ///
    /// - Returns: Whether it said that it has.
    nonisolated func revoke(_ tokens: Tokens) async -> Bool {
        // What was given for another provider is none of this one's business.
        guard tokens.origins == nil || tokens.origins?.auth == origins.auth else { return false }
        do {
            try await calls.revoke(tokens)
            return true
        } catch {
            log.notice("session not revoked", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// Whether nobody is logged in because somebody has logged out.
    nonisolated var isLoggedOut: Bool {
        get async { if case .loggedOut? = try? await stored() { true } else { false } }
    }

    /// How often a session has ended in this process, now and whenever that changes.
    nonisolated func watchEnds() -> AsyncStream<Int> { ends.watch() }

    /// How often a session has ended in this process.
    nonisolated var endCount: Int { ends.value }

    private nonisolated func stored() async throws -> StoredSession {
        StoredSession(secret: try await secrets.load(.tokens))
    }
}

extension Session: TokenSource {
    func accessToken() async throws -> String {
        let tokens = try await stored().requireTokens()
        if let api = tokens.origins?.api, api != origins.api { throw SessionError.otherOrigin(origins.api) }
        if isUsable(tokens) { return tokens.access.value }
        return try await renewedTokens().access.value
    }

    func reject(_ token: String) {
        if let renewedAt, clock.uptime() - renewedAt < Session.trust { return }
        rejected = token
    }

    private func isUsable(_ tokens: Tokens) -> Bool {
        tokens.isFresh(at: clock.now()) && tokens.access.value != rejected
    }

    /// The tokens after a renewal that is shared by all callers. One who is cancelled waits no longer.
    private func renewedTokens() async throws -> Tokens {
        let (results, continuation) = AsyncStream<Result<Tokens, any Error>>.makeStream()
        if waiting == nil {
            waiting = []
            // A task of its own: one caller's cancellation must not end the renewal for the others.
            Task(executorPreference: executor) { await self.renewForAll() }
        }
        waiting?.append(continuation)
        for await result in results { return try result.get() }
        throw CancellationError()
    }

    private func renewForAll() async {
        let result: Result<Tokens, any Error>
        do {
            result = .success(try await secrets.withExclusiveAccess { try await self.renewExclusively() })
        } catch {
            result = .failure(error)
        }
        for continuation in waiting ?? [] {
            continuation.yield(result)
            continuation.finish()
        }
        waiting = nil
    }

    private func renewExclusively() async throws -> Tokens {
        let found = try await secrets.load(.tokens)
        let session = StoredSession(secret: found)
        let tokens = try session.requireTokens()
        // Another process may have done it while this one waited.
        if isUsable(tokens) { return tokens }
        guard let refresh = tokens.refresh else {
            // A 401 alone ends nothing: it may not have come from the platform.
            if tokens.isFresh(at: clock.now()) { return tokens }
            return try await end(session, kept: found)
        }
        if let auth = tokens.origins?.auth, auth != origins.auth {
            try await calls.probeIdentityProvider()
            throw SessionError.otherOrigin(origins.auth)
        }
        var renewed: Tokens
        do {
            renewed = try await calls.renewTokens(refresh: refresh.value)
        } catch let refusal as OAuthRefusal {
            guard refusal.endsSession else { throw PlatformError(noTokensFor: refusal) }
            return try await end(session, kept: found)
        }
        // RFC 6749, section 6: an answer without a refresh token leaves the old one good.
        renewed.refresh = renewed.refresh ?? refresh
        renewed.origins = origins
        let kept = StoredSession.tokens(renewed, after: session.lastLogOut)
        guard try await secrets.replace(.tokens, expected: found, with: kept.secret) else {
            return try await stored().requireTokens()
        }
        renewedAt = clock.uptime()
        return renewed
    }

    /// Writes down that the identity provider has ended a session, unless somebody has logged in or out meanwhile.
    private func end(_ session: StoredSession, kept found: Data?) async throws -> Tokens {
        log.notice("session ended")
        let ended = StoredSession.ended(after: session.lastLogOut)
        guard try await secrets.replace(.tokens, expected: found, with: ended.secret) else {
            return try await stored().requireTokens()
        }
        ends.update { $0 += 1 }
        throw SessionError.ended
    }
}
