import FexValues
import Foundation
import Testing

@Suite struct CallTests {
    @Test func `a path answers 405 with what it allows to a method that it doesn't take`() async throws {
        try await SandboxWorld.run { world in
            for (method, path, allowed) in [
                ("DELETE", "/health", "GET, HEAD"), ("GET", "/merchant/api/v1/scan-payment", "POST"),
                ("PUT", "/merchant/api/v1/payment-intents", "GET, HEAD, POST"),
                ("PUT", "/wallet/api/v1/devices/x", "DELETE, GET, HEAD"),
                ("GET", "/wallet/api/v1/devices/challenge", "POST"),
            ] {
                let answer = try await world.client.call(method, path)
                #expect(answer.status == 405 && answer.headers["allow"] == allowed && answer.error != nil)
            }
            let answer = try await world.client.call("DELETE", "/merchant/api/v1/nothing")
            #expect(answer.status == 404 && answer.headers["allow"] == nil)
        }
    }

    @Test(arguments: ["/health", "/merchant/api/v1/health"])
    func `anybody may ask whether the sandbox is well`(path: String) async throws {
        try await SandboxWorld.run { world in
            let answer = try await world.client.get(path)
            #expect(answer.status == 200 && answer["status"] == "ok")
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
}
