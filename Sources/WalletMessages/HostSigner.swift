import FexValues
import Foundation
import WalletCore

/// A key of the host's, as in a phone's hardware. A person may be asked for each signature, so nothing limits the time.
struct HostSigner: DeviceSigner {
    let host: HostQuestions

    func loadPublicKey() async throws -> Data? { try await ask("key.load", "public_key") }

    func makeKey() async throws -> Data {
        guard let key = try await ask("key.make", "public_key") else {
            throw DeviceSignerError(.failed, detail: "the host made no key")
        }
        return key
    }

    func sign(_ message: Data) async throws -> Data {
        let params: JSON = ["message": .string(message.base64EncodedString())]
        guard let signature = try await ask("sign", "signature", params) else {
            throw DeviceSignerError(.failed, detail: "the host gave no signature")
        }
        return signature
    }

    /// - Parameter member: What of the result is asked for: 64 bytes in base64, or null.
    private func ask(_ name: String, _ member: String, _ params: JSON = [:]) async throws -> Data? {
        switch try await host.ask(name, params) {
        case .result(let result)?:
            if result == .null { return nil }
            guard let value = result[member] else {
                throw DeviceSignerError(.failed, detail: "the host's answer has no \(member)")
            }
            if value == .null { return nil }
            guard let data = value.stringValue.flatMap({ Data(base64Encoded: $0) }), data.count == 64 else {
                throw DeviceSignerError(.failed, detail: "the host's \(member) is not 64 bytes in base64")
            }
            return data
        case .error(let code, let message, _)?:
            let reason = DeviceSignerError.Reason(rawValue: code)
            let known: [DeviceSignerError.Reason] = [.declined, .locked, .failed]
            throw DeviceSignerError(known.contains(reason) ? reason : .failed, detail: message)
        case nil: throw DeviceSignerError(.failed, detail: "the host did not answer")
        }
    }
}
