import ArgumentParser
import FexValues
import PaymentCodes
import WalletCore
import WalletDocuments

/// `devices`: what may decide for the wallet.
struct DevicesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices", abstract: "The devices that may decide for your wallet.",
        subcommands: [List.self, Revoke.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the devices; asks the platform.",
            discussion: "One that you don't know may be a thief's: `devices revoke ID` ends it.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let account = try await options.openLoggedIn().wallet.account
            let (devices, own) = (try await account.fetchDevices(), try await account.loadDevice())
            try options.terminal.result(
                ["devices": .array(devices.map { $0.outputDocument(own: own) })],
                text: devices.isEmpty ? "No devices." : devices.map { $0.line(own: own) }.joined(separator: "\n"))
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke",
            abstract: "End a device, as one that was lost: it can't decide any more, and is logged out.",
            discussion: "What it decided before stays. There is no way back: it can log in again, as another device.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The device's id; `devices` lists them.") var device: String

        func run() async throws {
            guard let id = DeviceID(InvisibleCharacters.trimmed(device)) else {
                throw CommandFailure(.usage, "no_device", "that is no device's id: `devices` lists them")
            }
            let account = try await options.openLoggedIn().wallet.account
            do { try await account.revokeDevice(id) } catch let error as PlatformError where error.status == 404 {
                throw CommandFailure(.refused, "no_device", "your wallet has no device \(id): `devices` lists them")
            }
            try options.terminal.result(
                ["device_id": .string(id.rawValue), "revoked": true],
                text: "Revoked: \(id) can't decide any more, and is logged out.")
        }
    }
}

extension RegisteredDevice {
    /// The device on one line.
    fileprivate func line(own: DeviceID?) -> String {
        let state =
            revokedAt.map { "revoked \($0)" } ?? lastUsedAt.map { "last decided \($0)" } ?? "has not decided yet"
        let parts = [device.rawValue, shownName, "added \(createdAt)", state, device == own ? "(this device)" : ""]
        return parts.filter { !$0.isEmpty }.joined(separator: "  ")
    }

    /// The device's name, which whoever registered it chose.
    var shownName: String { name.isEmpty ? "(no name)" : name }
}
