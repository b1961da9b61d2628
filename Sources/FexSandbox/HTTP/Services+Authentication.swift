import HTTPTypes
import Hummingbird

extension Services {
    /// Who makes a call.
    ///
    /// - Throws: ``PlatformError`` 401, also for a counter that has been deactivated, and for a session that has ended.
    func principal(of request: Request) async throws(PlatformError) -> Principal {
        guard let header = request.headers[.authorization] else {
            throw .unauthorized("an access token is required")
        }
        let parts = header.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw .unauthorized("the Authorization header must be a Bearer token")
        }
        let principal = try await authority.verify(String(parts[1]), issuer: issuer)
        switch principal {
        case .merchant(_, let counterID?): try await requireActive(counterID: counterID)
        case .wallet(_, let sessionID): try await requireUnended(sessionID: sessionID)
        case .admin, .merchant: break
        }
        return principal
    }

    /// The merchant or platform that makes a call.
    ///
    /// - Throws: ``PlatformError`` 401, or 403 for anybody else.
    func merchantSide(of request: Request) async throws(PlatformError) -> Principal {
        let principal = try await principal(of: request)
        if case .wallet = principal { throw .forbidden("this call takes a merchant's token") }
        return principal
    }

    /// The platform itself, which makes a call.
    ///
    /// - Throws: ``PlatformError`` 401, or 403 for anybody else.
    func requireAdmin(_ request: Request) async throws(PlatformError) {
        guard try await principal(of: request) == .admin else { throw .forbidden("this call takes an admin's token") }
    }

    /// The id of the wallet that makes a call.
    ///
    /// - Throws: ``PlatformError`` 401, or 403 for anybody else.
    func walletID(of request: Request) async throws(PlatformError) -> String {
        try await customer(of: request).walletID
    }

    /// The wallet that makes a call, and the session by which it does.
    ///
    /// - Throws: ``PlatformError`` 401, also for a session that has ended; 403 for anybody else.
    func customer(of request: Request) async throws(PlatformError) -> (walletID: String, sessionID: String) {
        guard case .wallet(let id, let sessionID) = try await principal(of: request) else {
            throw .forbidden("this call takes a customer's token")
        }
        return (id, sessionID)
    }

    /// Sees to it that a deactivated counter's token ends at once, not only when it expires.
    private func requireActive(counterID: String) async throws(PlatformError) {
        guard try await holds({ try $0.isActive(counterID: counterID) }) else {
            throw .unauthorized("the counter has been deactivated")
        }
    }

    /// Sees to it that tokens of a session that was logged out, or whose device was removed, end at once.
    private func requireUnended(sessionID: String) async throws(PlatformError) {
        guard try await holds({ try $0.session(sessionID) != nil }) else {
            throw .unauthorized("the session has ended; log in again")
        }
    }

    private func holds(
        _ condition: @escaping @Sendable (StoreTransaction) throws -> Bool
    ) async throws(PlatformError) -> Bool {
        do {
            return try await store.transaction(condition)
        } catch {
            throw PlatformError(status: .internalServerError, message: "the platform failed; try again")
        }
    }
}
