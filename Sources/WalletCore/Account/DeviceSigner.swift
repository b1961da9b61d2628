public import FexValues
public import Foundation

/// Holds the key of this device (P-256), and signs the customer's decisions with it.
///
/// The key may lie in hardware that never gives it away and asks the person before it signs, so each call may take as long as
/// a person does. The one that is used where none is given, ``SecretKeySigner``, keeps the key among the secrets.
/// `DeviceSignerContract` in `WalletTesting` is the suite that each signer passes.
public protocol DeviceSigner: Sendable {
    /// The public half of the key there is: x and y, 32 bytes each, most significant byte first. `nil` if there is none, or
    /// what there is can't sign any more, as after the fingers of a phone were changed.
    ///
    /// It is asked before each decision, and should not ask the person.
    ///
    /// - Throws: ``DeviceSignerError`` or ``SecretStoreError`` where that can't be told; `CancellationError`.
    func loadPublicKey() async throws -> Data?

    /// Makes a new key in the place of any there is; durable when this returns. Called when a device is enrolled, never on
    /// the way to a payment.
    ///
    /// - Returns: The public half, as ``loadPublicKey()`` gives it from then on.
    /// - Throws: ``DeviceSignerError`` or ``SecretStoreError`` where no key can be made; `CancellationError`.
    func makeKey() async throws -> Data

    /// Signs with ECDSA over SHA-256 (RFC 7518, section 3.4).
    ///
    /// - Parameter message: What is signed; it is hashed by the signer.
    /// - Returns: r and s, 32 bytes each. The wallet itself takes the lower of the two s that are valid.
    /// - Throws: ``DeviceSignerError``, with ``DeviceSignerError/Reason/declined`` where the person does not want to;
    ///   ``SecretStoreError``; `CancellationError`. Then nothing was decided.
    func sign(_ message: Data) async throws -> Data
}

/// Why a signer has not signed, or has no key.
public struct DeviceSignerError: WalletError, Hashable, Sendable {
    /// What went wrong; the raw value is a name in snake case.
    public struct Reason: RawRepresentable, Hashable, Sendable {
        /// The reason's name.
        public let rawValue: String

        /// A reason by its name: a signer may have further ones than those below.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The person was asked, and does not want to.
        public static let declined = Reason(rawValue: "signing_declined")
        /// The key can't be used at the moment: the device is locked.
        public static let locked = Reason(rawValue: "signer_locked")
        /// The signer failed.
        public static let failed = Reason(rawValue: "signer_failed")
    }

    /// Which of the reasons it is; signers may have further ones.
    public var reason: Reason
    /// A short text for a log; never any of the key.
    public var detail: String

    /// The error of a signer that has not signed.
    public init(_ reason: Reason, detail: String) {
        self.reason = reason
        self.detail = detail
    }

    /// The reason's name: `signing_declined`.
    public var code: String { reason.rawValue }
    /// Later: the person may be asked again.
    public var retry: RetryAdvice { .later }
    /// None has: what isn't signed isn't sent.
    public var money: MoneyEffect { .notMoved }
    /// That nothing was signed, and the detail, on one line.
    public var description: String {
        let detail = PlainText.clean(detail, limit: 200)
        return reason == .declined ? "it was not signed: \(detail)" : "the device's key can't be used: \(detail)"
    }
}
