import HTTPTypes
import Hummingbird

extension Services {
    /// Who makes a call.
    ///
    /// - Throws: ``PlatformError`` 401, also for a counter that has been deactivated.
    func principal(of request: Request) async throws(PlatformError) -> Principal {
        guard let header = request.headers[.authorization] else {
            throw .unauthorized("an access token is required")
        }
        let parts = header.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw .unauthorized("the Authorization header must be a Bearer token")
        }
        let principal = try await authority.verify(String(parts[1]), issuer: issuer)
        if case .merchant(_, let counterID?) = principal { try await requireActive(counterID: counterID) }
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
        guard case .wallet(let id) = try await principal(of: request) else {
            throw .forbidden("this call takes a customer's token")
        }
        return id
    }

    /// Sees to it that a deactivated counter's token ends at once, not only when it expires.
    private func requireActive(counterID: String) async throws(PlatformError) {
        let isActive: Bool
        do {
            isActive = try await store.transaction { try $0.isActive(counterID: counterID) }
        } catch {
            throw PlatformError(status: .internalServerError, message: "the platform failed; try again")
        }
        guard isActive else { throw .unauthorized("the counter has been deactivated") }
    }
}
