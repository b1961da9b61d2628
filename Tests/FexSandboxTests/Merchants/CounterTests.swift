import FexSandbox
import FexValues
import Foundation
import Testing

@Suite struct CounterTests {
    private let counters = SandboxWorld.counters

    @Test func `a new counter's secrets are told once, and are good`() async throws {
        try await SandboxWorld.run { world in
            let answer = try await world.client.post(
                counters, token: world.merchant,
                ["name": "Till 3", "location": "Cellar", "webhook_url": "http://127.0.0.1:9/hook"])
            #expect(answer.status == 201 && answer["success"] == true && answer["note"] != nil)
            let counter = try #require(answer["counter"])
            let id = counter["id"]?.stringValue ?? ""
            #expect(counter["merchant_id"] == world.client.ready.merchants[0]["merchant_id"])
            #expect(counter["name"] == "Till 3" && counter["location"] == "Cellar" && counter["status"] == "active")
            #expect(counter["webhook_url"] == "http://127.0.0.1:9/hook")
            #expect(counter["keycloak_client_id"] == .string("counter-\(id)"))
            #expect(counter["created_at"] == "2026-01-01T00:00:00.000Z" && counter["updated_at"] != nil)
            #expect(answer["client_id"] == counter["keycloak_client_id"])
            let secret = answer["webhook_secret"]?.stringValue ?? ""
            #expect(secret.wholeMatch(of: /[0-9a-f]{64}/) != nil)

            let token = try await world.client.token(of: answer.json)
            let intent = try await world.client.post(SandboxWorld.intents, token: token, ["amount": 1])
            #expect(intent["payment_intent"]?["counter_id"] == .string(id))
            let later = try await world.client.get("\(counters)/\(id)", token: world.merchant)
            #expect(later["counter"] == counter)
            let list = try await world.client.get(counters, token: world.merchant)
            #expect(list["total"] == 3 && list["counters"]?[2] == counter)
            for text in [later.json.text, list.json.text] {
                #expect(!text.contains(secret))
                #expect(!text.contains(answer["client_secret"]?.stringValue ?? "?"))
            }
        }
    }

    @Test(arguments: [
        "{}", #"{"name":""}"#, #"{"name":null}"#, #"{"name":7}"#, #"{"name":"x","location":1}"#,
        #"{"name":"x","webhook_url":"ftp://x"}"#, #"{"name":"x","webhook_url":"x"}"#, #"{"name":"x","webhook_url":{}}"#,
        "[]", "{", #"{"name":"x","name":"y"}"#,
    ])
    func `a counter's field that is missing or invalid is a 400, and none is made`(body: String) async throws {
        try await SandboxWorld.run { world in
            let answer = try await world.client.call("POST", counters, token: world.merchant, body: Data(body.utf8))
            #expect(answer.status == 400 && answer["success"] == false && answer.error?.isEmpty == false)
            #expect(try await world.client.get(counters, token: world.merchant)["total"] == 2)
        }
    }

    @Test(arguments: ["PUT", "PATCH"])
    func `an update changes what it names and keeps the rest`(method: String) async throws {
        try await SandboxWorld.run { world in
            let id = world.client.ready.merchants[0]["counters"]?[0]?["id"]?.stringValue ?? ""
            func update(_ body: JSON) async throws -> SandboxClient.Answer {
                try await world.client.call(method, "\(counters)/\(id)", token: world.merchant, body: body.data)
            }
            try await world.sandbox.advanceClock(seconds: 1)
            let moved = try await update(["location": "Roof", "webhook_url": "https://127.0.0.1/hook"])
            #expect(moved.status == 200 && moved["counter"]?["name"] == "Till 1")
            #expect(moved["counter"]?["location"] == "Roof")
            #expect(moved["counter"]?["updated_at"] == "2026-01-01T00:00:01.000Z")
            let named = try await update(["name": "Bar", "webhook_url": nil])
            #expect(named["counter"]?["name"] == "Bar" && named["counter"]?["location"] == "Roof")
            #expect(named["counter"]?["webhook_url"] == nil)
            #expect(try await update([:])["counter"] == named["counter"])
            // A name can't be taken away.
            for body: JSON in [[], ["name": nil], ["name": ""], ["name": 1], ["location": 1], ["webhook_url": "x"]] {
                #expect(try await update(body).status == 400)
            }
            #expect(
                try await world.client.get("\(counters)/\(id)", token: world.merchant)["counter"] == named["counter"])
        }
    }

    @Test func `a deactivated counter has no credentials, no tokens and no new intents`() async throws {
        try await SandboxWorld.run { world in
            let client = try #require(world.client.ready.merchants[0]["counters"]?[0])
            let id = client["id"]?.stringValue ?? ""
            let token = try await world.client.token(of: client)
            #expect(try await world.client.get(SandboxWorld.intents, token: token).status == 200)
            for _ in 0..<2 {
                let answer = try await world.client.call("DELETE", "\(counters)/\(id)", token: world.merchant)
                #expect(answer.status == 200 && answer["success"] == true)
            }
            #expect(try await world.client.get(SandboxWorld.intents, token: token).status == 401)
            let refused = try await world.client.token([
                "grant_type": "client_credentials", "client_id": client["client_id"]?.stringValue ?? "",
                "client_secret": client["client_secret"]?.stringValue ?? "",
            ])
            #expect(refused.status == 401)
            let path = "\(counters)/\(id)"
            let intent = try await world.client.post(
                SandboxWorld.intents, token: world.merchant, ["amount": 1, "counter_id": .string(id)])
            #expect(intent.status == 409)
            #expect(try await world.client.get(path, token: world.merchant)["counter"]?["status"] == "inactive")
            let patch = try await world.client.call(
                "PATCH", path, token: world.merchant, body: Data(#"{"name":"x"}"#.utf8))
            let rotate = try await world.client.call("POST", path + "/rotate-secret", token: world.merchant)
            #expect(patch.status == 409 && rotate.status == 409)
        }
    }

    @Test func `another merchant's counter is not to be found`() async throws {
        try await SandboxWorld.run { world in
            let id = world.client.ready.merchants[1]["counters"]?[0]?["id"]?.stringValue ?? ""
            let name = Data(#"{"name":"mine"}"#.utf8)
            for (method, path, body) in [
                ("GET", "", nil), ("PUT", "", name), ("PATCH", "", name), ("DELETE", "", nil),
                ("POST", "/rotate-secret", nil),
            ] as [(String, String, Data?)] {
                let theirs = try await world.client.call(
                    method, "\(counters)/\(id)\(path)", token: world.merchant, body: body)
                let nobodys = try await world.client.call(
                    method, "\(counters)/unknown\(path)", token: world.merchant, body: body)
                #expect(theirs.status == 404 && nobodys.status == 404 && theirs.json == nobodys.json)
            }
            let admin = try await world.admin()
            let seen = try await world.client.get("\(counters)/\(id)", token: admin)
            #expect(seen["counter"]?["name"] == "Till 1" && seen["counter"]?["status"] == "active")
            #expect(try await world.client.get(counters, token: admin)["total"] == 4)
            #expect(try await world.client.post(counters, token: admin, ["name": "x"]).status == 400)
            let made = try await world.client.post(
                counters, token: admin,
                ["name": "x", "merchant_id": world.client.ready.merchants[1]["merchant_id"] ?? .null])
            #expect(made.status == 201)
        }
    }

    @Test func `a counter's own token looks at its counter and no more`() async throws {
        try await SandboxWorld.run { world in
            let list = world.client.ready.merchants[0]["counters"]
            let (own, other) = (list?[0]?["id"]?.stringValue ?? "", list?[1]?["id"]?.stringValue ?? "")
            let token = try await world.client.token(of: list?[0])
            #expect(try await world.client.get("\(counters)/\(own)", token: token).status == 200)
            #expect(try await world.client.get("\(counters)/\(other)", token: token).status == 403)
            let seen = try await world.client.get(counters, token: token)
            #expect(seen["total"] == 1 && seen["counters"]?[0]?["id"] == .string(own))
            #expect(try await world.client.post(counters, token: token, ["name": "x"]).status == 403)
            for (method, path) in [("DELETE", own), ("POST", own + "/rotate-secret"), ("DELETE", other)] {
                #expect(try await world.client.call(method, "\(counters)/\(path)", token: token).status == 403)
            }
            let wallet = try await TestWallet(world.client)
            #expect(try await world.client.get(counters, token: wallet.token).status == 403)
            #expect(try await world.client.get(counters).status == 401)
        }
    }

    @Test func `the public list names merchants and nothing that is theirs alone`() async throws {
        try await SandboxWorld.run { world in
            let path = "/merchant/api/v1/public/merchants"
            let answer = try await world.client.get("\(path)?page=2&limit=1")
            #expect(answer.status == 200 && answer["success"] == true)
            let ready = world.client.ready.merchants[1]
            #expect(
                answer["merchants"] == [
                    [
                        "merchant_id": ready["merchant_id"] ?? .null,
                        "business_name": ready["business_name"] ?? .null,
                    ]
                ])
            #expect(answer["total"] == 2 && answer["total_pages"] == 2 && answer["page"] == 2 && answer["limit"] == 1)
            for query in ["limit=0", "limit=101", "page=0", "page=x", "limit="] {
                #expect(try await world.client.get("\(path)?\(query)").status == 400)
            }
        }
    }
}
