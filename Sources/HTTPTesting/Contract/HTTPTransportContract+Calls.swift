import FexHTTP
import Foundation
import HTTPTypes
import WalletCore
import WalletTesting

extension HTTPTransportContract {
    /// What becomes of the call: it is sent as it stands, or not at all.
    static let calls: [Rule] = [
        .rule("a call is sent as it stands") { bench in
            try await bench.serve(["/pay": .answer()]) { server, transport in
                let fields: HTTPFields = [
                    .contentType: "application/json", idempotencyKey: "key-1", .init("X-Empty")!: "",
                ]
                _ = try await transport.answer(
                    to: server.call(.post, "/pay", fields, body: Data("{\"amount\":\"1.00\"}".utf8)))
                let request = server.log.requests[0]
                try require(request.method, is: "POST", "method")
                try require(request.target, is: "/pay?token=\(contractSecret)", "target")
                try require(request["content-type"] ?? "", is: "application/json", "field")
                try require(request["idempotency-key"] ?? "", is: "key-1", "field")
                try require(request["x-empty"] ?? "none", is: "", "empty field")
                try require(request["authorization"] ?? "", is: "Bearer \(contractSecret)", "field")
                try require(String(decoding: request.body, as: UTF8.self), is: "{\"amount\":\"1.00\"}", "body")
            }
        },
        .rule("methods with and without a body keep both") { bench in
            try await bench.serve(["/": .answer()]) { server, transport in
                for (method, body) in [
                    ("DELETE", nil), ("DELETE", "x"), ("PUT", "x"), ("PATCH", "x"), ("POST", nil), ("OPTIONS", nil),
                ] {
                    let method = HTTPRequest.Method(method)!
                    _ = try await transport.answer(
                        to: server.call(method, "/", [.contentType: "text/plain"], body: body.map { Data($0.utf8) }))
                    let request = server.log.requests.last
                    try require(request?.method ?? "none", is: method.rawValue, "method")
                    try require(request?.body ?? [], is: Array((body ?? "").utf8), "body of \(method.rawValue)")
                }
            }
        },
        .rule("a large body is sent whole") { bench in
            let body = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            try await bench.serve(["/": .answer()]) { server, transport in
                _ = try await transport.answer(to: server.call(.put, "/", [.contentType: "text/plain"], body: body))
                try require(server.log.requests[0].body == Array(body), "other bytes arrived")
            }
        },
        .rule("a call that can't be sent is refused and nothing is sent") { bench in
            try await bench.serve(["/": .answer()]) { server, transport in
                for (name, call) in unsendable(at: server) {
                    try await transport.requireFailure(.invalidCall, sent: false, of: call, name)
                }
                try require(server.log.requests.count, is: 0, "requests")
                try require(server.log.connections, is: 0, "connections")
            }
        },
        .rule("a call that may not leave any more is not sent") { bench in
            try await bench.serve(["/": .answer()]) { server, transport in
                var call = server.call(.post, "/")
                call.mayLeave = { false }
                try await transport.requireFailure(.timedOut, sent: false, of: call)
                try require(server.log.requests.count, is: 0, "requests")
            }
        },
        .rule("a line break in a field's value starts no other field") { bench in
            try await bench.serve(["/": .answer()]) { server, transport in
                let call = server.get("/", [.userAgent: "text/plain\r\nX-Other: 1\r\n\r\nGET /other HTTP/1.1"])
                // HTTPTypes puts spaces for them; had it not, the call would have to be refused.
                _ = try await transport.answer(to: call)
                try require(server.log.requests.count, is: 1, "requests")
                try require(server.log.requests[0]["x-other"] == nil, "another field arrived")
            }
        },
        .rule("a cookie that is set does not come back") { bench in
            try await bench.serve(["/": .answer(200, [.setCookie: "id=1; Path=/"])]) { server, transport in
                _ = try await transport.answer(to: server.get("/"))
                _ = try await transport.answer(to: server.get("/"))
                try require(server.log.requests.count, is: 2, "requests")
                try require(server.log.requests.allSatisfy { $0["cookie"] == nil }, "a cookie was sent")
            }
        },
        .rule("calls at the same time each get their own answer") { bench in
            let scripts = (0..<20).map { ("/\($0)", ServerScript.answer(body: Data("\($0)".utf8))) }
            try await bench.serve(Dictionary(uniqueKeysWithValues: scripts)) { server, transport in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for index in 0..<20 {
                        group.addTask {
                            let answer = try await transport.answer(to: server.get("/\(index)"))
                            try require(String(decoding: answer.body, as: UTF8.self), is: "\(index)", "body")
                        }
                    }
                    try await group.waitForAll()
                }
            }
        },
        .rule("a task cancelled before the call sends nothing") { bench in
            try await bench.serve(["/": .answer()]) { server, transport in
                let call = server.get("/")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.cancelAll()
                    group.addTask { try await transport.requireFailure(.cancelled, sent: false, of: call) }
                    try await group.waitForAll()
                }
                try require(server.log.requests.count, is: 0, "requests")
            }
        },
        .rule("cancelling the task ends the call") { bench in
            try await bench.serve(["/": ServerScript([.fallSilent])]) { server, transport in
                let call = server.get("/")
                let task = Task { try await transport.requireFailure(.cancelled, sent: true, of: call) }
                await server.waits { $0.requests.count == 1 }
                task.cancel()
                try await task.value
                await server.waits { $0.openConnections == 0 }
                try require(server.log.openConnections, is: 0, "open connections")
            }
        },
    ]

    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!

    private static func unsendable(at server: any HTTPTestServer) -> [(String, HTTPCall)] {
        func changed(_ name: String, _ change: (inout HTTPCall) -> Void) -> (String, HTTPCall) {
            var call = server.get("/")
            change(&call)
            return (name, call)
        }
        return [
            changed("CONNECT") { $0.method = .connect },
            changed("GET with a body") { $0.body = Data("x".utf8) },
            changed("a length of the caller's") { $0.headerFields[.contentLength] = "3" },
            changed("a framing of the caller's") { $0.headerFields[.transferEncoding] = "chunked" },
            changed("a host of the caller's") { $0.headerFields[.init("Host")!] = "elsewhere.example" },
            changed("a control character in a field") {
                $0.headerFields.append(HTTPField(name: .accept, lenientValue: [0x61, 0x07, 0x62]))
            },
        ]
    }
}
