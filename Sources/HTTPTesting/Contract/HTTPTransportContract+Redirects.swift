import FexHTTP
import Foundation
import HTTPTypes
import WalletCore
import WalletTesting

extension HTTPTransportContract {
    /// Which redirects are followed.
    static let redirects: [Rule] = [
        .rule("a redirect of GET or HEAD on the same origin is followed") { bench in
            let scripts: [String: ServerScript] = [
                "/a/b": .redirect(302, to: "c"), "/a/c": .redirect(307, to: "/d?x=1"),
                "/d": .redirect(308, to: "../e"), "/e": .redirect(301, to: "?y=2"),
            ]
            try await bench.serve(scripts.merging(["/a/start": .redirect(303, to: "b")]) { $1 }) { server, transport in
                try await transport.requireFailure(
                    .redirectedElsewhere, sent: true, of: server.get("/a/start"), "/e leads to itself")
                let targets = server.log.requests.map(\.target)
                try require(
                    targets, is: ["/a/start?token=\(contractSecret)", "/a/b", "/a/c", "/d?x=1", "/e", "/e?y=2"],
                    "targets")
                try require(
                    server.log.requests.allSatisfy { $0["authorization"] == "Bearer \(contractSecret)" },
                    "fields were lost")
            }
            for method in [HTTPRequest.Method.get, .head] {
                try await bench.serve(["/old": .redirect(to: "/new"), "/new": .answer()]) { server, transport in
                    let answer = try await transport.answer(to: server.call(method, "/old"))
                    try require(answer.response.status.code, is: 200, "status")
                    try require(server.log.requests.map(\.method), is: [method.rawValue, method.rawValue], "methods")
                }
            }
        },
        .rule("a redirect to the whole address of the same origin is followed") { bench in
            let scripts = { (authority: String) -> [String: ServerScript] in
                ["/old": .redirect(to: "HTTP://\(authority)/new#part"), "/new": .answer()]
            }
            try await bench.serve(scripts) { server, transport in
                let answer = try await transport.answer(to: server.get("/old"))
                try require(answer.response.status.code, is: 200, "status")
                try require(server.log.requests.map(\.target).last ?? "none", is: "/new", "target")
            }
        },
        .rule("a redirect that goes in circles ends after five") { bench in
            try await bench.serve(["/a": .redirect(to: "/b"), "/b": .redirect(to: "/a")]) { server, transport in
                try await transport.requireFailure(.redirectedElsewhere, sent: true, of: server.get("/a"))
                try require(server.log.requests.count, is: 6, "requests")
            }
        },
        .rule("a redirect of any other method is not followed") { bench in
            for status in [301, 302, 303, 307, 308] {
                try await bench.serve(["/old": .redirect(status, to: "/new"), "/new": .answer()]) { server, transport in
                    let call = server.post("/old")
                    try await transport.requireFailure(.redirectedElsewhere, sent: true, of: call, "\(status)")
                    try require(server.log.requests.map(\.path), is: ["/old"], "paths")
                }
            }
        },
        .rule("a redirect to another origin is not followed") { bench in
            try await MisbehavingServer.run(["/": .answer()]) { other in
                let port = other.authority.split(separator: ":")[1]
                let locations = [
                    "http://\(other.authority)/", "//\(other.authority)/", "http://localhost:\(port)/",
                    "https://127.0.0.1/",
                    "http://user:pass@127.0.0.1/", "file:///etc/passwd", "ftp://127.0.0.1/", "javascript:alert(1)",
                    "http://[::1]:\(port)/", "http:///nowhere", "http://other.example\\@127.0.0.1/", "/with space",
                    "/half%2", "http://127.0.0.1:0/",
                ]
                for location in locations {
                    try await bench.serve(["/old": .redirect(to: location)]) { server, transport in
                        try await transport.requireFailure(
                            .redirectedElsewhere, sent: true, of: server.get("/old"), location)
                    }
                }
                try require(other.log.connections, is: 0, "connections to the other")
            }
        },
        .rule("a status that sends nowhere is an answer") { bench in
            let scripts: [String: ServerScript] = [
                "/304": .answer(304, [.location: "/new"]), "/302": .answer(302),
                "/200": .answer(200, [.location: "/new"]),
                "/201": .answer(201, [.location: "http://elsewhere.example/"]),
            ]
            try await bench.serve(scripts) { server, transport in
                for path in scripts.keys.sorted() {
                    let answer = try await transport.answer(to: server.get(path))
                    try require("/\(answer.response.status.code)", is: path, "status")
                }
            }
        },
    ]
}
