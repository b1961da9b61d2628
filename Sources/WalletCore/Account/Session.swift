import FexValues
import Foundation
import Logging

/// Who is logged in, and the token that says so: hands it out, renews it, forgets it. ``Logins`` bring it about.
///
/// Tokens are renewed 30 seconds before they end: once for all who wait, and once for all processes that share the
/// secrets, since a refresh token may be used a single time. Renewed tokens that arrive after somebody has logged out are not
/// kept, be it in this process or in another.
actor Session {
    /// For how long a token that has just been renewed is believed, whoever refuses it: another would fare no better.
    private static let trust: Duration = .seconds(60)

    private let calls: any TokenCalls
    private let origins: TokenOrigins
    private let secrets: any SecretStore
    private let keys: DPoPKeys
    private let clock: any WalletClock
    private let entropy: Entropy
    private let log: Logger
    private let executor: (any TaskExecutor)?
    /// Those who wait for the renewal that is under way; `nil` while none is.
    private var waiting: [AsyncStream<Result<Tokens, any Error>>.Continuation]?
    /// The access token that the platform refused last.
    private var rejected: Redacted<String>?
    /// The uptime of this process's last renewal.
    private var renewedAt: Duration?
    /// How often a session has ended in this process.
    private let ends = CurrentValue(0)

    init(
        calls: any TokenCalls, origins: TokenOrigins, secrets: any SecretStore, keys: DPoPKeys,
        clock: any WalletClock, entropy: Entropy, log: Logger, executor: (any TaskExecutor)? = nil
    ) {
        self.calls = calls
        self.origins = origins
        self.secrets = secrets
        self.keys = keys
        self.clock = clock
        self.entropy = entropy
        self.log = log
        self.executor = executor
    }

    /// As ``AccountService/check()``.
    nonisolated func check() async throws {
        _ = try await keys.require(for: stored().requireTokens())
    }

    /// Forgets the tokens and the event server's password. Waits for nobody.
    ///
    /// - Returns: What was kept until then; `nil` where it can't be read, as of secrets that are locked.
    nonisolated func forget() async throws -> StoredSession? {
        defer { ends.update { $0 += 1 } }
        let session = try? await stored()
        _ = try await writeLogOut { ended in
            try await secrets.save(ended, as: .tokens)
            return true
        }
        return session
    }

    /// Forgets the tokens of one login. Those of another, which came to be here meanwhile, stay.
    ///
    /// - Returns: The tokens; `nil` where none of that login were there.
    nonisolated func forget(login: String) async throws -> Tokens? {
        while true {
            let found = try await secrets.load(.tokens)
            guard case .tokens(let tokens, _) = StoredSession(secret: found), tokens.login == login else { return nil }
            let isForgotten = try await writeLogOut { ended in
                try await secrets.replace(.tokens, expected: found, with: ended)
            }
            guard isForgotten else { continue }
            ends.update { $0 += 1 }
            return tokens
        }
    }

    /// Writes down that somebody has logged out, and forgets the event server's password.
    ///
    /// - Parameter write: Writes it in the place of the tokens; whether it has.
    private nonisolated func writeLogOut(_ write: (Data) async throws -> Bool) async throws -> Bool {
        do {
            guard try await write(StoredSession.loggedOut(id: entropy.uuid()).secret) else { return false }
        } catch {
            // On a full disk nothing can be written, but tokens can still be removed.
            try await secrets.remove(.tokens)
        }
        try await secrets.remove(.eventCredentials)
        return true
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
        try await StoredSession.load(from: secrets)
    }
}

extension Session: TokenSource {
    func accessToken() async throws -> AccessToken {
        let tokens = try await stored().requireTokens()
        if let api = tokens.origins?.api, api != origins.api { throw SessionError.otherOrigin(origins.api) }
        // Without its key there is nothing to be had by a token, nor by renewing it.
        if isUsable(tokens) { return AccessToken(value: tokens.access, key: try await keys.require(for: tokens)) }
        let renewed = try await renewedTokens()
        return AccessToken(value: renewed.access, key: try await keys.require(for: renewed))
    }

    func reject(_ token: AccessToken) {
        if let renewedAt, clock.uptime() - renewedAt < Session.trust { return }
        rejected = token.value
    }

    private func isUsable(_ tokens: Tokens) -> Bool {
        tokens.isFresh(at: clock.now()) && tokens.access != rejected
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
        // A refresh token may be bound to a key where the access token is a bearer's.
        let key = tokens.scheme == .dpop ? try await keys.require(for: tokens) : try await keys.load(for: tokens)
        do {
            renewed = try await calls.renewTokens(refresh: refresh.value, by: key)
        } catch let refusal as OAuthRefusal {
            if refusal.code == .invalidProof, key == nil, tokens.thumbprint != nil { throw SessionError.tokenKeyLost }
            guard refusal.endsSession else { throw PlatformError(noTokensFor: refusal) }
            return try await end(session, kept: found)
        }
        // RFC 6749, section 6: an answer without a refresh token leaves the old one good.
        renewed.refresh = renewed.refresh ?? refresh
        renewed.origins = origins
        renewed.login = tokens.login
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
