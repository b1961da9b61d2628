import FexValues
import HTTPTypes

/// The calls about the devices that may decide for a wallet.
protocol DeviceCalls: Sendable {
    /// A nonce for one registration, good for some minutes.
    func requestDeviceChallenge() async throws -> String
    /// Registers the key that this device signs decisions with; the same key again is the same device.
    ///
    /// - Parameter proof: A signature by that key over the nonce.
    func registerDevice(publicKey: JSON, name: String, proof: String) async throws -> DeviceID
    /// The wallet's devices, those that were revoked too.
    func fetchDevices() async throws -> [RegisteredDevice]
    /// Ends a device: its decisions and tokens are refused from then on.
    func revokeDevice(_ device: DeviceID) async throws
}

extension PlatformClient: DeviceCalls {
    func requestDeviceChallenge() async throws -> String {
        let call = PlatformCall(method: .post, address: endpoints.wallet("/devices/challenge"))
        return try await answer(to: call) { answer throws(MalformedDocument) in
            let fields = try JSONFields(answer.document, at: "").succeeded()
            let nonce = try fields.string("nonce")
            guard (1...512).contains(nonce.utf8.count) else { throw fields.malformed("nonce", "is out of range") }
            return nonce
        }
    }

    func registerDevice(publicKey: JSON, name: String, proof: String) async throws -> DeviceID {
        var call = PlatformCall(method: .post, address: endpoints.wallet("/devices"))
        call.setBody(["public_key": publicKey, "name": .string(name), "proof": .string(proof)])
        return try await answer(to: call) { answer throws(MalformedDocument) in
            try JSONFields(answer.document, at: "").succeeded().id("device_id")
        }
    }

    func fetchDevices() async throws -> [RegisteredDevice] {
        let call = PlatformCall(address: endpoints.wallet("/devices"))
        return try await answer(to: call) { answer throws(MalformedDocument) in
            let fields = try JSONFields(answer.document, at: "").succeeded()
            var devices: [RegisteredDevice] = []
            for row in try fields.array("devices") { devices.append(try RegisteredDevice(document: row)) }
            return devices
        }
    }

    func revokeDevice(_ device: DeviceID) async throws {
        let call = PlatformCall(method: .delete, address: endpoints.wallet("/devices/\(device)"))
        try await answer(to: call) { answer throws(MalformedDocument) in
            _ = try JSONFields(answer.document, at: "").succeeded()
        }
    }
}

extension JSONFields {
    /// The same fields, where they don't say that something failed.
    fileprivate func succeeded() throws(MalformedDocument) -> JSONFields {
        guard try value("success") != false else { throw malformed("success", "is false") }
        return self
    }
}

extension RegisteredDevice {
    init(document: JSON) throws(MalformedDocument) {
        let fields = try JSONFields(document, at: "devices")
        device = try fields.id("device_id")
        name = try fields.optionalString("name").map { PlainText.clean($0, limit: 80) } ?? ""
        thumbprint = try fields.string("thumbprint")
        createdAt = try fields.timestamp("created_at")
        lastUsedAt = try fields.optionalTimestamp("last_used_at")
        revokedAt = try fields.optionalTimestamp("revoked_at")
    }
}
