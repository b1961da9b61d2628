import Crypto
import FexSandbox
import FexValues
import Foundation
import Testing

@Suite struct DeviceTests {
    @Test func `a device is known by its key, until it is removed`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            func register(_ name: String, _ wallet: TestWallet, key: P256.Signing.PrivateKey) async throws -> JSON? {
                var enrolment = try await TestEnrolment(
                    of: key, wallet: wallet.id, token: wallet.token, client: world.client)
                enrolment.name = name
                return try await enrolment.send()["device_id"]
            }
            #expect(try await register("New name", wallet, key: wallet.key) == .string(wallet.deviceID))
            let devices = try await wallet.get("/devices")["devices"]?.arrayValue
            #expect(devices?.map { $0["name"] } == ["New name"])
            let other = try await TestWallet(world.client, index: 1)
            #expect(try await register("Same key", other, key: wallet.key) != .string(wallet.deviceID))
            let elsewhere = try await wallet.inAnotherSession()
            #expect(try await wallet.remove(wallet.deviceID, token: elsewhere.token).status == 200)
            let next = try await register("Again", elsewhere, key: wallet.key)
            #expect(next != nil && next != .string(wallet.deviceID))
            let late = try await TestDecision("pay", on: world.intent(), by: wallet).send(by: elsewhere)
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
            let elsewhere = try await wallet.inAnotherSession()
            #expect(try await wallet.remove(wallet.deviceID, token: elsewhere.token).status == 200)
            #expect(try await world.client.get(path, token: elsewhere.token).status == 404)
        }
    }

    @Test func `the list tells of each device its key, its last decision, and whether it was removed`() async throws {
        try await SandboxWorld.run { world in
            let first = try await TestWallet(world.client)
            try await world.sandbox.advanceClock(seconds: 10)
            let second = try await TestWallet(world.client)
            #expect(try await TestDecision("pay", on: world.intent("1"), by: second).send(by: second).status == 200)
            try await world.sandbox.advanceClock(seconds: 10)
            #expect(try await second.remove(first.deviceID, token: second.token).status == 200)
            let listed = try await second.get("/devices")["devices"]?.arrayValue ?? []
            #expect(listed.map { $0["device_id"] } == [.string(first.deviceID), .string(second.deviceID)])
            #expect(listed.map { $0["last_used_at"] } == [.null, "2026-01-01T00:00:10.000Z"])
            #expect(listed.map { $0["revoked_at"] } == ["2026-01-01T00:00:20.000Z", .null])
            #expect(listed.map { $0["created_at"] } == ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:10.000Z"])
            // RFC 7638, section 3: the required members, in the order of their names, without white space.
            let jwk = TestWallet.jwk(of: second.key.publicKey)
            let text =
                #"{"crv":"P-256","kty":"EC","x":"\#(jwk["x"]?.stringValue ?? "")","#
                + #""y":"\#(jwk["y"]?.stringValue ?? "")"}"#
            let thumbprint = Data(SHA256.hash(data: Data(text.utf8))).base64URL
            #expect(listed.last?["thumbprint"] == .string(thumbprint))
        }
    }

    @Test func `where push notifications go is set and unset, for a device that is there`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            func push(_ method: String, _ id: String, _ body: String?) async throws -> Int {
                try await world.client.call(
                    method, "/wallet/api/v1/devices/\(id)/push", token: wallet.token, body: body.map { Data($0.utf8) }
                ).status
            }
            #expect(try await push("PUT", wallet.deviceID, #"{"kind": "apns", "token": "a1"}"#) == 200)
            #expect(try await push("PUT", wallet.deviceID, #"{"kind": "fcm", "token": "b2"}"#) == 200)
            for body in [#"{"kind": "sms", "token": "b2"}"#, #"{"kind": "fcm"}"#, #"{"token": "b2"}"#, "{}"] {
                #expect(try await push("PUT", wallet.deviceID, body) == 400)
            }
            #expect(try await push("PUT", "another", #"{"kind": "fcm", "token": "b2"}"#) == 404)
            #expect(try await push("DELETE", wallet.deviceID, nil) == 200)
            #expect(try await push("DELETE", "another", nil) == 404)
        }
    }
}
