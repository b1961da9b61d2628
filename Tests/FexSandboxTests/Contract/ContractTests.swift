import Crypto
import FexValues
import Foundation
import Testing

@testable import FexSandbox

@Suite struct ContractTests {
    private let path = "/merchant/api/v1/public/payment-intents/x"
    private let json = ["content-type": "application/json"]

    @Test func `an answer that the documents don't give is a violation`() throws {
        let refusal = Data(#"{"success":false,"error":"there is none"}"#.utf8)
        try Contract.check("GET", path, status: 404, headers: json, body: refusal)
        for (status, headers, body) in [
            (404, json, Data(#"{"success":true,"error":"there is none"}"#.utf8)), (404, [:], refusal),
            (404, json, Data(#"{"success":false,"error":"","why":1}"#.utf8)), (402, json, refusal),
            (200, json, Data(#"{"success":true,"payment_intent":{"id":"x"}}"#.utf8)),
        ] {
            #expect(throws: SchemaViolation.self) {
                try Contract.check("GET", path, status: status, headers: headers, body: body)
            }
        }
        #expect(throws: SchemaViolation.self) {
            try Contract.check("GET", "/elsewhere", status: 200, headers: json, body: Data("{}".utf8))
        }
    }

    @Test func `every operation says whether it is published or assumed`() throws {
        var sources: Set<String> = []
        for document in try Contract.documents.get() {
            for (_, item) in document.paths {
                for member in item.objectValue?.members ?? [] where member.name != "parameters" {
                    sources.insert(member.value["x-source"]?.stringValue ?? "unmarked")
                }
            }
        }
        #expect(sources == ["published", "assumed"])
    }

    @Test func `a path answers 405 with what it allows to a method that it doesn't take`() async throws {
        try await SandboxWorld.run { world in
            for (method, path, allowed) in [
                ("DELETE", "/health", "GET, HEAD"), ("GET", "/merchant/api/v1/scan-payment", "POST"),
                ("PUT", "/merchant/api/v1/payment-intents", "GET, HEAD, POST"),
                ("PUT", "/wallet/api/v1/devices/x", "DELETE, GET, HEAD"),
            ] {
                let answer = try await world.client.call(method, path)
                #expect(answer.status == 405 && answer.headers["allow"] == allowed && answer.error != nil)
            }
            let answer = try await world.client.call("DELETE", "/merchant/api/v1/nothing")
            #expect(answer.status == 404 && answer.headers["allow"] == nil)
        }
    }

    @Test func `a body that says it is no JSON is a 415`() async throws {
        try await SandboxWorld.run { world in
            for (type, status) in [
                ("application/json; charset=utf-8", 201), ("application/vnd.fex+json", 201), ("text/plain", 415),
                ("application/x-www-form-urlencoded", 415),
            ] {
                let answer = try await world.client.call(
                    "POST", "/merchant/api/v1/payment-intents", token: world.merchant,
                    body: Data(#"{"amount":1}"#.utf8), headers: ["Content-Type": type])
                #expect(answer.status == status)
            }
        }
    }

    @Test func `a call without a good token is told which scheme is wanted`() async throws {
        try await SandboxWorld.run { world in
            let path = "/wallet/api/v1/wallet"
            let without = try await world.client.get(path)
            #expect(without.status == 401 && without.headers["www-authenticate"] == #"Bearer realm="payment-platform""#)
            let with = try await world.client.get(path, token: "none")
            #expect(with.headers["www-authenticate"]?.hasSuffix(#"error="invalid_token""#) == true)
        }
    }

    @Test(arguments: [("1000000000", 201), ("1000000000.01", 400), ("1000000001", 400)])
    func `an amount is at most a thousand million`(amount: String, status: Int) async throws {
        try await SandboxWorld.run { world in
            let answer = try await world.client.call(
                "POST", "/merchant/api/v1/payment-intents", token: world.merchant,
                body: Data(#"{"amount":\#(amount),"expires_in":60.0}"#.utf8))
            #expect(answer.status == status)
        }
    }

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
