import FexValues
import Foundation

/// The ways to log in. Each ends with tokens that are saved, and returns the name of the login that they came by.
///
/// Tokens that arrive after somebody has logged out are not kept, be it in this process or in another.
struct Logins: Sendable {
    let calls: any TokenCalls & DeviceGrantCalls & AuthorizationCalls
    let origins: TokenOrigins
    let secrets: any SecretStore
    let clock: any WalletClock
    let entropy: Entropy

    /// Logs in with a name and a password; the tokens are saved when this returns.
    ///
    /// Meant for tests: people use the device authorization grant, ``logIn(prompt:)``.
    ///
    /// - Throws: ``SessionError/refused(_:)``, ``SessionError/loggedOutMeanwhile``, or ``PlatformError`` where the identity
    ///   provider can't be had.
    func logIn(username: String, password: String) async throws -> String {
        let beginning = try await StoredSession.load(from: secrets)
        do {
            return try await keep(
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
    func logIn(prompt: @Sendable (DevicePrompt) async throws -> Void) async throws -> String {
        let beginning = try await StoredSession.load(from: secrets)
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
            redirect: redirect, provider: provider, begunAt: clock.now(),
            after: try await StoredSession.load(from: secrets).lastLogOut, secret: { entropy.uuid() + entropy.uuid() })
        try await secrets.save(login.secret, as: .login)
        return login.page(of: provider)
    }

    /// As ``AccountService/finishLogIn(callback:deviceName:)``, but for what follows a login.
    func finishLogIn(callback: URL) async throws -> String {
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
        return try await keep(tokens, since: login.after)
    }

    /// As ``AccountService/logIn(accessToken:expiresIn:refreshToken:deviceName:)``, but for what follows a login.
    func logIn(accessToken: String, expiresIn duration: Duration, refreshToken: String?) async throws -> String {
        let endsAt = clock.now().advanced(by: duration)
        return try await keep(
            Tokens(access: accessToken, accessEndsAt: endsAt, refresh: refreshToken),
            since: try await StoredSession.load(from: secrets).lastLogOut)
    }

    private func beginDeviceGrant() async throws -> DeviceGrant {
        do {
            return try await calls.beginDeviceGrant()
        } catch let refusal as OAuthRefusal {
            throw SessionError.refused(refusal.message)
        }
    }

    /// Keeps the tokens of a login, unless somebody has logged out since it began. A renewal meanwhile is no log-out.
    ///
    /// - Returns: The login's name.
    private func keep(_ tokens: Tokens, since lastLogOut: String?) async throws -> String {
        var tokens = tokens
        let login = entropy.uuid()
        tokens.login = login
        tokens.origins = origins
        let session = StoredSession.tokens(tokens, after: lastLogOut)
        while true {
            let found = try await secrets.load(.tokens)
            guard StoredSession(secret: found).lastLogOut == lastLogOut else {
                throw SessionError.loggedOutMeanwhile
            }
            if try await secrets.replace(.tokens, expected: found, with: session.secret) { return login }
        }
    }
}
