import FexHTTP
import FexValues
import Testing
import WalletTesting

@testable import WalletCore

@Suite struct DeviceCallsTests {
    let test: TestClient

    init() throws { test = try TestClient() }

    private let token = ["authorization": "Bearer token_1"]

    // MARK: Registration

    @Test func `a nonce is asked for, and is the platform's to form`() async throws {
        test.plan(.json(["success": true, "nonce": "n +/=", "expires_at": "2026-01-01T12:05:00Z"], status: 201))
        #expect(try await test.client.requestDeviceChallenge() == "n +/=")
        #expect(test.sent == [SentRequest("POST", "https://platform.test/wallet/api/v1/devices/challenge", token)])
    }

    @Test(
        arguments: [
            ["success": true], ["success": false, "nonce": "n"], ["nonce": 7], ["nonce": ""],
            ["nonce": .string(String(repeating: "n", count: 513))],
        ] as [JSON])
    func `an answer without a nonce is none`(document: JSON) async throws {
        test.plan(.json(document, status: 201))
        let error = await #expect(throws: PlatformError.self) { _ = try await test.client.requestDeviceChallenge() }
        #expect(error?.code == "not_the_platform")
    }

    private func register(_ answer: PlannedAnswer) async throws -> DeviceID {
        test.plan(answer)
        return try await test.client.registerDevice(
            publicKey: ["kty": "EC", "x": "1"], name: "Zoë's \"phone\"", proof: "a.b.c")
    }

    @Test func `a device is registered with its key and its name`() async throws {
        #expect(try await register(.json(["success": true, "device_id": "dev_1"], status: 201)).rawValue == "dev_1")
        #expect(
            test.sent == [
                SentRequest(
                    "POST", "https://platform.test/wallet/api/v1/devices",
                    token.merging(["content-type": "application/json"]) { $1 },
                    body: #"{"public_key":{"kty":"EC","x":"1"},"name":"Zoë's \"phone\"","proof":"a.b.c"}"#)
            ])
    }

    @Test(
        arguments: [
            ["success": false, "device_id": "dev_1"], ["success": true], ["success": true, "device_id": .null],
            ["success": true, "device_id": "a b"], ["success": true, "device_id": 7],
            .object(JSONObject([.init("device_id", "dev_1"), .init("device_id", "dev_2")])),
        ] as [JSON])
    func `an answer that names no device has registered none`(document: JSON) async throws {
        let error = await #expect(throws: PlatformError.self) { _ = try await register(.json(document, status: 201)) }
        #expect(error?.code == "not_the_platform")
    }

    // MARK: The list

    static let device: JSON = [
        "device_id": "dev_1", "name": "Phone\u{202E}", "thumbprint": "t", "created_at": "2026-01-01T12:00:00Z",
        "last_used_at": .null, "revoked_at": "2026-01-02T12:00:00Z", "colour": "of a later version",
    ]

    @Test func `the devices are listed, with names that can be shown`() async throws {
        test.plan(.json(["success": true, "devices": [Self.device, Self.device.setting("revoked_at", .null)]]))
        let devices = try await test.client.fetchDevices()
        #expect(test.sent == [SentRequest("GET", "https://platform.test/wallet/api/v1/devices", token)])
        #expect(devices.count == 2 && devices[0].device.rawValue == "dev_1" && devices[0].thumbprint == "t")
        #expect(PlainText.isClean(devices[0].name) && devices[0].name.contains("Phone"))
        #expect(devices[0].createdAt.description == "2026-01-01T12:00:00Z" && devices[0].lastUsedAt == nil)
        #expect(devices[0].revokedAt != nil && devices[1].revokedAt == nil)
    }

    @Test(arguments: [
        ("device_id", JSON.null), ("device_id", "../x"), ("thumbprint", .null), ("created_at", "yesterday"),
        ("revoked_at", 7), ("name", 7),
    ])
    func `a device that can't be one is the platform's no more`(field: String, value: JSON) async throws {
        test.plan(.json(["success": true, "devices": [Self.device.setting(field, value)]]))
        let error = await #expect(throws: PlatformError.self) { _ = try await test.client.fetchDevices() }
        #expect(error?.code == "not_the_platform" && error?.description.contains("devices.\(field)") == true)
    }

    @Test func `a device is revoked by its id`() async throws {
        test.plan(.json(["success": true]), .json(["success": false]))
        try await test.client.revokeDevice(DeviceID("dev_1")!)
        #expect(test.sent == [SentRequest("DELETE", "https://platform.test/wallet/api/v1/devices/dev_1", token)])
        await #expect(throws: PlatformError.self) { try await test.client.revokeDevice(DeviceID("dev_1")!) }
    }
}
