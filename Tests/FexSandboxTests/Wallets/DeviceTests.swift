import Crypto
import FexSandbox
import FexValues
import Foundation
import Testing

@Suite struct DeviceTests {
    @Test func `a device is known by its key, until it is removed`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            func register(_ name: String, _ token: String) async throws -> JSON? {
                try await world.client.post(
                    "/wallet/api/v1/devices", token: token,
                    ["public_key": TestWallet.jwk(of: wallet.key.publicKey), "name": .string(name)])["device_id"]
            }
            #expect(try await register("New name", wallet.token) == .string(wallet.deviceID))
            let devices = try await wallet.get("/devices")["devices"]?.arrayValue
            #expect(devices?.map { $0["name"] } == ["New name"])
            let other = try await TestWallet(world.client, index: 1)
            #expect(try await register("Same key", other.token) != .string(wallet.deviceID))
            let path = "/wallet/api/v1/devices/\(wallet.deviceID)"
            #expect(try await world.client.call("DELETE", path, token: wallet.token).status == 200)
            let next = try await register("Again", wallet.token)
            #expect(next != nil && next != .string(wallet.deviceID))
            let late = try await TestDecision("pay", on: world.intent(), by: wallet).send(by: wallet)
            #expect(late.code == "device_revoked")
        }
    }

    @Test func `a device can be read until it is removed`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let path = "/wallet/api/v1/devices/\(wallet.deviceID)"
            let device = try await world.client.get(path, token: wallet.token)["device"]
            #expect(device?["device_id"] == .string(wallet.deviceID))
            #expect(device?["public_key"] == TestWallet.jwk(of: wallet.key.publicKey))
            let other = try await TestWallet(world.client, index: 1)
            #expect(try await world.client.get(path, token: other.token).status == 404)
            #expect(try await world.client.call("DELETE", path, token: wallet.token).status == 200)
            #expect(try await world.client.get(path, token: wallet.token).status == 404)
        }
    }
}
