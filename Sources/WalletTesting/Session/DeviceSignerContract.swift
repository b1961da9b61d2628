import Crypto
import Foundation
public import WalletCore

/// What every ``/WalletCore/DeviceSigner`` owes. Each check throws ``ContractViolation`` where the signer falls short.
public struct DeviceSignerContract: Sendable {
    private let makeSigner: @Sendable () -> any DeviceSigner

    /// The suite for a kind of signer.
    ///
    /// - Parameter makeSigner: Opens the same key each time, as another process would.
    public init(_ makeSigner: @escaping @Sendable () -> any DeviceSigner) { self.makeSigner = makeSigner }

    /// There is no key before one is made, and none is made by looking or signing.
    public func makesNoKeyUnasked() async throws {
        try await require(makeSigner().loadPublicKey() == nil, "a new signer has a key")
        do { _ = try await makeSigner().sign(Data("x".utf8)) } catch {
            return try await require(makeSigner().loadPublicKey() == nil, "a key was made to sign with")
        }
        throw ContractViolation("it signed without a key")
    }

    /// What is signed through one handle is by the key that another made, and each key is a new one.
    public func signsByTheKeyThatWasMade() async throws {
        let first = try await makeSigner().makeKey()
        try await require(makeSigner().loadPublicKey() == first, "the key that was made is not the one there is")
        let message = Data((0..<1000).map { UInt8(truncatingIfNeeded: $0) })
        let signature = try await makeSigner().sign(message)
        try require(Self.isValid(signature, of: message, by: first), "the signature is not by the key that was made")
        let second = try await makeSigner().makeKey()
        try require(first != second, "a new key is the old one")
        let other = try await makeSigner().sign(message)
        try require(Self.isValid(other, of: message, by: second), "the signature is by the key of before")
    }

    private static func isValid(_ signature: Data, of message: Data, by point: Data) -> Bool {
        guard let key = try? P256.Signing.PublicKey(rawRepresentation: point),
            let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
        else { return false }
        return key.isValidSignature(signature, for: message)
    }
}
