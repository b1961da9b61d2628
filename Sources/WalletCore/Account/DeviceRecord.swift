import FexValues
import Foundation

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
    static func load(from secrets: any SecretStore) throws(SecretStoreError) -> DeviceRecord? {
        guard let data = try secrets.load(.device), let document = try? JSON(parsing: data),
            let thumbprint = document["thumbprint"]?.stringValue,
            let wallet = document["wallet"]?.stringValue.flatMap({ WalletID($0) })
        else { return nil }
        let device = document["device_id"]?.stringValue.flatMap { DeviceID($0) }
        return DeviceRecord(thumbprint: thumbprint, wallet: wallet, device: device)
    }

    /// Keeps the record; durable when this returns.
    func save(in secrets: any SecretStore) throws(SecretStoreError) {
        let document: JSON = [
            "thumbprint": .string(thumbprint), "wallet": .string(wallet.rawValue),
            "device_id": .optional(device?.rawValue),
        ]
        try secrets.save(document.data, as: .device)
    }
}
