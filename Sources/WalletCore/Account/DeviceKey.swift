import Crypto
import FexValues
import Foundation
import Synchronization

/// The key that signs this device's decisions (P-256), wherever it lies.
struct DeviceKey: Sendable {
    private let signer: any DeviceSigner
    /// The public half: x and y, 32 bytes each.
    private let point: Data
    /// The key's name (RFC 7638).
    let thumbprint: String

    /// - Parameter point: The public half: x and y, 32 bytes each.
    init?(_ signer: any DeviceSigner, point: Data) {
        guard point.count == 64 else { return nil }
        self.signer = signer
        self.point = point
        thumbprint = P256.thumbprint(of: point)
    }

    /// The public half as a JSON Web Key (RFC 7517).
    var publicJWK: JSON {
        [
            "kty": "EC", "crv": "P-256", "x": .string(point.prefix(32).base64URL),
            "y": .string(point.suffix(32).base64URL),
        ]
    }

    /// A compact JSON Web Signature (RFC 7515) with ES256 over claims.
    ///
    /// - Parameters:
    ///   - type: What is signed: a verifier of one type takes no other (RFC 8725, section 3.11).
    ///   - device: What the key is registered as; `nil` until it is.
    func sign(_ claims: JSON, as type: SignedType, by device: DeviceID?) async throws -> String {
        var header = JSONObject([.init("alg", "ES256"), .init("typ", .string(type.rawValue))])
        if let device { header["kid"] = .string(device.rawValue) }
        let input = JSON.object(header).data.base64URL + "." + claims.data.base64URL
        let raw = try await signer.sign(Data(input.utf8))
        guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: raw) else {
            throw DeviceSignerError(.failed, detail: "what it gave is no signature")
        }
        return input + "." + signature.lowS.base64URL
    }
}

/// What the device's key signs, as `typ` names it.
enum SignedType: String, Hashable, Sendable {
    /// A decision.
    case decision = "fex-decision+jwt"
    /// That the device holds the key that it registers.
    case enrolment = "fex-device+jwt"
}

/// The device's key with what it was registered as.
///
/// A key is made where a device is enrolled and nowhere else: the platform refuses for good what a key signs that it does not
/// know, so a payment must never bring on a new one. Signer and secrets are asked each time, since another process may have
/// changed them; what they hold is taken apart when it has changed.
final class DeviceKeys: Sendable {
    private struct Read {
        var point: Data
        var recordBytes: Data?
        var key: DeviceKey
        var record: DeviceRecord?
    }

    private let secrets: any SecretStore
    private let signer: any DeviceSigner
    private let last = Mutex<Read?>(nil)

    init(_ secrets: any SecretStore, _ signer: any DeviceSigner) {
        self.secrets = secrets
        self.signer = signer
    }

    /// The key to register for a wallet: the one there is, or else a new one. Of several logins at once all get the same.
    ///
    /// - Throws: ``DeviceSignerError``, ``SecretStoreError``; `CancellationError` while another makes one.
    func loadOrMake(for wallet: WalletID) async throws -> DeviceKey {
        try await secrets.withExclusiveAccess { try await self.loadOrMakeAlone(for: wallet) }
    }

    private func loadOrMakeAlone(for wallet: WalletID) async throws -> DeviceKey {
        if let point = try await signer.loadPublicKey(), let key = DeviceKey(signer, point: point) {
            let record = try await DeviceRecord.load(from: secrets)
            // A key that was registered for another wallet is not used again: it would link the two.
            if record == nil || record?.wallet == wallet { return key }
        }
        // A record of no key first: until the new one is registered, nothing can be signed with it.
        try await DeviceRecord(thumbprint: "", wallet: wallet, device: nil).save(in: secrets)
        guard let key = DeviceKey(signer, point: try await signer.makeKey()) else {
            throw DeviceSignerError(.failed, detail: "what it gave is no public key")
        }
        try await DeviceRecord(thumbprint: key.thumbprint, wallet: wallet, device: nil).save(in: secrets)
        return key
    }

    /// The key that was registered as a device.
    ///
    /// - Parameter device: The device's id; `nil` where it is not known, and then nothing may be signed.
    /// - Throws: ``SessionError/deviceKeyLost`` where there is none, what is kept is no key, or it is another than was
    ///   registered as this device, as after a backup of the database or of the secrets alone; ``DeviceSignerError``,
    ///   ``SecretStoreError``.
    func load(of device: DeviceID?) async throws -> DeviceKey {
        let read = try await read()
        // Devices enrolled by versions that kept no record have none.
        if let record = read.record, record.device != device { throw SessionError.deviceKeyLost }
        return read.key
    }

    private func read() async throws -> Read {
        let (point, record) = (try await signer.loadPublicKey(), try await secrets.load(.device))
        if let last = last.withLock({ $0 }), last.point == point, last.recordBytes == record { return last }
        guard let point, let key = DeviceKey(signer, point: point) else { throw SessionError.deviceKeyLost }
        let read = Read(
            point: point, recordBytes: record, key: key, record: record.flatMap { DeviceRecord(saved: $0) })
        guard read.record == nil || read.record?.thumbprint == key.thumbprint else { throw SessionError.deviceKeyLost }
        last.withLock { $0 = read }
        return read
    }
}

/// What a device's key was registered as. It is kept among the secrets, beside the key, so that a database and secrets that
/// come from different backups are told apart.
struct DeviceRecord: Hashable, Sendable {
    /// The key's name (RFC 7638).
    var thumbprint: String
    /// Whose device it is.
    var wallet: WalletID
    /// The id that the platform gave; `nil` until it has given one.
    var device: DeviceID?

    /// The record, if there is one that can be read.
    static func load(from secrets: any SecretStore) async throws(SecretStoreError) -> DeviceRecord? {
        try await secrets.load(.device).flatMap { DeviceRecord(saved: $0) }
    }

    /// Keeps the record; durable when this returns.
    func save(in secrets: any SecretStore) async throws(SecretStoreError) {
        let document: JSON = [
            "thumbprint": .string(thumbprint), "wallet": .string(wallet.rawValue),
            "device_id": .optional(device?.rawValue),
        ]
        try await secrets.save(document.data, as: .device)
    }
}

extension DeviceRecord {
    fileprivate init?(saved: Data) {
        guard let document = try? JSON(parsing: saved), let thumbprint = document["thumbprint"]?.stringValue,
            let wallet = document["wallet"]?.stringValue.flatMap({ WalletID($0) })
        else { return nil }
        let device = document["device_id"]?.stringValue.flatMap { DeviceID($0) }
        self.init(thumbprint: thumbprint, wallet: wallet, device: device)
    }
}
