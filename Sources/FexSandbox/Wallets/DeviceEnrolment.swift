import FexValues
import Foundation

/// A request to register a device's key, checked for form only.
struct DeviceEnrolment: Hashable, Sendable {
    var walletID: String
    var sessionID: String
    /// The realm's address, for which the proof has to be made.
    var audience: String
    var name: String
    /// The key as an uncompressed point of 65 bytes.
    var publicKey: Data
    var proof: String

    /// Seconds for which a login may add devices: a token that was stolen later adds none.
    static let freshness: Int64 = 300

    /// Reads a request's body.
    ///
    /// - Throws: ``PlatformError`` 400 naming the field that is missing or invalid.
    init(
        _ body: RequestBodyObject, walletID: String, sessionID: String, audience: String
    ) throws(PlatformError) {
        self.walletID = walletID
        self.sessionID = sessionID
        self.audience = audience
        name = try body.text("name")
        publicKey = try PublicKeyReader.point(of: body.optionalObject("public_key"))
        proof = try body.text("proof")
    }
}

extension StoreTransaction {
    /// Registers a device for a login that is fresh, by a key that is proven.
    ///
    /// A nonce is used up by the device that it adds, and by nothing that fails.
    ///
    /// - Throws: ``PlatformError`` 403 `login_too_old`, 422 `proof_invalid`.
    func enrol(_ enrolment: DeviceEnrolment) throws -> Device {
        guard let session = try session(enrolment.sessionID),
            now <= session.authenticatedAt.adding(seconds: DeviceEnrolment.freshness)
        else { throw PlatformError.forbidden("log in again to add a device", code: "login_too_old") }
        do {
            let proof = try DeviceProof(enrolment.proof, publicKey: enrolment.publicKey)
            let challenge = try takeDeviceChallenge(proof.nonce, sessionID: session.id)
            try proof.check(audience: enrolment.audience, walletID: enrolment.walletID, challenge: challenge)
        } catch let error as ProofError {
            throw PlatformError.unprocessable(
                "the proof is not valid: \(error.problem)", code: DecisionRefusal.proofInvalid.rawValue)
        }
        return try registerDevice(
            walletID: enrolment.walletID, sessionID: session.id, name: enrolment.name, publicKey: enrolment.publicKey)
    }
}
