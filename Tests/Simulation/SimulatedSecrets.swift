import FexValues
import Foundation
import WalletCore

/// The secrets of a device, as one of its processes reaches them.
struct SimulatedSecrets: SecretStore {
    let device: SimulatedDevice
    let process: SimulatedProcess
    let mutation: Mutation?

    func load(_ name: SecretName) throws(SecretStoreError) -> Data? {
        if name == .deviceKey, device.secrets[name] == nil, mutation == .keyRemade {
            device.secrets[name] = Data(repeating: UInt8(70 + device.number), count: 32)
            device.secrets[.device] = nil
        }
        return device.secrets[name]
    }

    func save(_ secret: Data, as name: SecretName) throws(SecretStoreError) {
        try checkLife(name)
        let earlier = device.secrets[name]
        device.secrets[name] = secret
        guard mutation == .logoutLoses, name == .tokens, secret.contains(Data("logged_out".utf8)) else { return }
        device.timeline.schedule(after: 1000, "tokens come back") { device.secrets[name] = earlier }
    }

    func replace(_ name: SecretName, expected: Data?, with secret: Data) throws(SecretStoreError) -> Bool {
        try checkLife(name)
        guard device.secrets[name] == expected else { return false }
        device.secrets[name] = secret
        return true
    }

    func remove(_ name: SecretName) throws(SecretStoreError) {
        try checkLife(name)
        device.secrets[name] = nil
    }

    private func checkLife(_ name: SecretName) throws(SecretStoreError) {
        if process.isDead { throw SecretStoreError(name, "the process has crashed") }
    }

    func withExclusiveAccess<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        if device.areSecretsTaken {
            await withCheckedContinuation { device.waitingForSecrets.append($0) }
        } else {
            device.areSecretsTaken = true
        }
        defer {
            if device.waitingForSecrets.isEmpty {
                device.areSecretsTaken = false
            } else {
                device.waitingForSecrets.removeFirst().resume()
            }
        }
        return try await body()
    }
}

extension SimulatedDevice {
    /// The refresh token, where somebody is logged in.
    var refreshToken: String? {
        secrets[.tokens].flatMap { try? JSON(parsing: $0) }?["refresh_token"]?.stringValue
    }

    /// Keeps what a login gave, and the key that the platform knows.
    func keep(tokens answer: String, key: Data) {
        secrets[.deviceKey] = key
        guard let document = try? JSON(parsing: Data(answer.utf8)), let seconds = document["expires_in"]?.integerValue
        else { return }
        let endsAt = World.beginning + skew + Int64(seconds) * 1000
        let tokens: JSON = [
            "access_token": document["access_token"] ?? .null, "access_ends_at": .integer(endsAt),
            "refresh_token": document["refresh_token"] ?? .null,
        ]
        secrets[.tokens] = tokens.data
    }
}
