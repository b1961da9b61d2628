#if canImport(Security) && canImport(LocalAuthentication)
    import CryptoKit
    public import Foundation
    import LocalAuthentication
    import Security

    /// A signer whose key is made in the Secure Enclave and never leaves it. What is kept among the secrets is the key as the
    /// enclave has sealed it, which no other device can use.
    ///
    /// Written by Apple's documentation; no system of Apple's has built or run it yet. `DeviceSignerContract` is there for the
    /// first that does.
    public struct SecureEnclaveSigner: DeviceSigner {
        /// Whether the person is asked (by their face, finger or passcode) before each signature.
        private let asksPerson: Bool
        private let reason: String
        private let secrets: any SecretStore

        private static let name = SecretName(rawValue: "enclave-key")

        /// A signer; no key is made yet.
        ///
        /// - Parameters:
        ///   - secrets: Where the sealed key is kept: a ``KeychainSecretStore``.
        ///   - asksPerson: Whether the person is asked before each signature. It holds for keys that are made from then on.
        ///   - reason: Why the person is asked, in their language; it stands in the system's dialogue.
        public init(secrets: any SecretStore, asksPerson: Bool, reason: String) {
            self.secrets = secrets
            self.asksPerson = asksPerson
            self.reason = reason
        }

        /// Whether this device has an enclave.
        public static var isAvailable: Bool { SecureEnclave.isAvailable }

        /// The public half of the key there is; the person is not asked. `nil` if there is none, or the enclave does not know
        /// it any more.
        ///
        /// - Throws: ``SecretStoreError``.
        public func loadPublicKey() async throws -> Data? {
            guard let sealed = try await secrets.load(Self.name) else { return nil }
            return await BlockingWork.run {
                try? SecureEnclave.P256.Signing.PrivateKey(dataRepresentation: sealed).publicKey.rawRepresentation
            }
        }

        /// Makes a new key in the enclave, and keeps what can be kept of it; durable when this returns.
        ///
        /// - Throws: ``DeviceSignerError`` where there is no enclave, or it makes none; ``SecretStoreError`` where it can't be
        ///   kept; then the one before is still there.
        public func makeKey() async throws -> Data {
            guard Self.isAvailable else {
                throw DeviceSignerError(.failed, detail: "this device has no Secure Enclave")
            }
            let flags: SecAccessControlCreateFlags = asksPerson ? [.privateKeyUsage, .userPresence] : .privateKeyUsage
            let made = try await BlockingWork.run { () throws(DeviceSignerError) in
                guard
                    let access = unsafe SecAccessControlCreateWithFlags(
                        nil, kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly, flags, nil)
                else { throw DeviceSignerError(.failed, detail: "the system makes no access control") }
                do {
                    let key = try SecureEnclave.P256.Signing.PrivateKey(accessControl: access)
                    return (sealed: key.dataRepresentation, point: key.publicKey.rawRepresentation)
                } catch { throw Self.error(error) }
            }
            try await secrets.save(made.sealed, as: Self.name)
            return made.point
        }

        /// Signs in the enclave; where the key asks for the person, as long as they take.
        ///
        /// - Throws: ``DeviceSignerError``: ``DeviceSignerError/Reason/declined`` where the person cancels or is not known,
        ///   ``DeviceSignerError/Reason/locked`` where the device is locked; ``SecretStoreError``; `CancellationError`, and
        ///   then the dialogue is gone. Nothing was signed.
        public func sign(_ message: Data) async throws -> Data {
            guard let sealed = try await secrets.load(Self.name) else {
                throw DeviceSignerError(.failed, detail: "there is no key")
            }
            let dialogue = Dialogue(reason: reason)
            do {
                return try await withTaskCancellationHandler {
                    try await BlockingWork.run { () throws(DeviceSignerError) in
                        do {
                            let key = try SecureEnclave.P256.Signing.PrivateKey(
                                dataRepresentation: sealed, authenticationContext: dialogue.context)
                            return try key.signature(for: message).rawRepresentation
                        } catch { throw Self.error(error) }
                    }
                } onCancel: {
                    dialogue.context.invalidate()
                }
            } catch {
                try Task.checkCancellation()
                throw error
            }
        }

        /// What an error of the enclave, of the dialogue or of the keychain means.
        private static func error(_ error: any Error) -> DeviceSignerError {
            let system = error as NSError
            let detail = "\(system.domain) \(system.code)"
            if let error = error as? LAError {
                let declined: Set<LAError.Code> = [
                    .userCancel, .appCancel, .systemCancel, .userFallback, .authenticationFailed,
                ]
                if declined.contains(error.code) {
                    return DeviceSignerError(.declined, detail: "the person was asked, and has not agreed (\(detail))")
                }
                return DeviceSignerError(error.code == .notInteractive ? .locked : .failed, detail: detail)
            }
            guard system.domain == NSOSStatusErrorDomain else { return DeviceSignerError(.failed, detail: detail) }
            switch OSStatus(truncatingIfNeeded: system.code) {
            case errSecUserCanceled, errSecAuthFailed:
                return DeviceSignerError(.declined, detail: "the person was asked, and has not agreed (\(detail))")
            case errSecInteractionNotAllowed:
                return DeviceSignerError(.locked, detail: "the device is locked (\(detail))")
            default: return DeviceSignerError(.failed, detail: detail)
            }
        }
    }

    /// The system's dialogue for one signature. `LAContext` may be invalidated from any thread while another waits for it.
    private final class Dialogue: @unchecked Sendable {
        let context = LAContext()

        init(reason: String) { context.localizedReason = reason }
    }
#endif
