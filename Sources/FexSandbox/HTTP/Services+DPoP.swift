import FexValues
import HTTPTypes
import Hummingbird

extension Services {
    /// The thumbprint of the key that a call is proven to have; `nil` where no proof came.
    ///
    /// - Parameter token: The access token that came with the call; `nil` where one is asked for.
    /// - Throws: ``ProofError`` for a proof that is none, or not of this call.
    func provenKey(of request: Request, token: String?) throws(ProofError) -> String? {
        let fields = request.headers[values: .dpop]
        guard let field = fields.first else { return nil }
        guard fields.count == 1 else { throw ProofError("there are several") }
        let proof = try DPoPProof(field)
        let origins = [api] + (request.head.authority.map { ["http://\($0)"] } ?? [])
        try proof.check(
            method: request.method.rawValue, path: request.uri.path, origins: origins, token: token, at: clock.now,
            seen: dpopReplays)
        return proof.thumbprint
    }

    /// Sees to it that a token that is bound to a key is used by who has it, and one that isn't is a bearer's.
    ///
    /// - Throws: ``PlatformError`` 401.
    func requireKey(_ thumbprint: String?, scheme: String, token: String, of request: Request) throws(PlatformError) {
        guard let thumbprint else {
            guard scheme == "bearer" else { throw .unproven("the access token is bound to no key", "invalid_token") }
            return
        }
        guard scheme == "dpop" else { throw .unproven("the access token is bound to a key", "invalid_token") }
        let proven: String?
        do throws(ProofError) { proven = try provenKey(of: request, token: token) } catch {
            throw .unproven("the proof is not valid: \(error.problem)", "invalid_dpop_proof")
        }
        guard proven == thumbprint else {
            throw .unproven("the proof is missing, or of another key", "invalid_dpop_proof")
        }
    }
}

extension PlatformError {
    /// 401: a token's key is not proven (RFC 9449, section 7.1).
    fileprivate static func unproven(_ message: String, _ code: String) -> PlatformError {
        var error = unauthorized(message)
        error.challenge = "DPoP realm=\"payment-platform\", error=\"\(code)\", algs=\"ES256\""
        return error
    }
}

extension HTTPField.Name {
    /// `DPoP`
    static let dpop = HTTPField.Name("DPoP")!
}
