import FexHTTP
import Foundation
import HTTPTypes
import WalletCore
import WalletTesting

extension HTTPTransportContract {
    /// What a call may cost.
    static let limits: [Rule] = [
        .rule("a body may be as large as the limit and no larger") { bench in
            let scripts: [String: ServerScript] = [
                "/1000": .answer(body: Data(count: 1000)), "/1001": .answer(body: Data(count: 1001)),
            ]
            try await bench.serve(scripts) { server, transport in
                var limits = HTTPLimits.generous
                limits.bodyBytes = 1000
                let answer = try await transport.answer(to: server.get("/1000", limits: limits))
                try require(answer.body.count, is: 1000, "bytes")
                try await transport.requireFailure(.bodyTooLarge, sent: true, of: server.get("/1001", limits: limits))
            }
        },
        .wire("a declared length is not believed") { bench in
            // Whoever sets that much memory aside, or waits for it, does not come to the cut.
            let text = "HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000\r\n\r\nshort"
            try await bench.serve(["/": .raw(text, then: .close)]) { server, transport in
                try await transport.requireFailure(.connectionLost, sent: true, of: server.get("/"))
            }
        },
        .wire("an endless body is cut at the limit", unless: [.floodsAreNotCut]) { bench in
            let piece = Array(String(repeating: "x", count: 0x1000).utf8)
            let chunk = Array("1000\r\n".utf8) + piece + Array("\r\n".utf8)
            let scripts: [String: ServerScript] = [
                "/chunked": ServerScript([
                    .send(Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)), .sendForEver(chunk),
                ]),
                "/declared": ServerScript([
                    .send(Array("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n".utf8)), .sendForEver(piece),
                ]),
                "/undeclared": ServerScript([.send(Array("HTTP/1.1 200 OK\r\n\r\n".utf8)), .sendForEver(piece)]),
            ]
            try await bench.serve(scripts) { server, transport in
                for path in scripts.keys.sorted() {
                    try await transport.requireFailure(.bodyTooLarge, sent: true, of: server.get(path), path)
                }
                await server.waits { $0.openConnections == 0 }
                try require(server.log.openConnections, is: 0, "open connections")
            }
        },
        .wire("the limit is to the bytes after decompression") { bench in
            let bomb = Data(GzipBytes.zeros(64 << 20))
            try await bench.serve(["/": .answer(200, [.contentEncoding: "gzip"], body: bomb)]) { server, transport in
                try require(bomb.count < HTTPLimits.generous.bodyBytes, "the bomb is too large to prove anything")
                try await transport.requireFailure(.bodyTooLarge, sent: true, of: server.get("/"))
            }
        },
        .wire("a flood of header fields is refused") { bench in
            let short = (0..<2000).map { "X-\($0): y\r\n" }.joined()
            let long = (0..<4).map { "X-\($0): \(String(repeating: "y", count: 40_000))\r\n" }.joined()
            let scripts = ["/many": short, "/large": long].mapValues { fields in
                ServerScript.raw("HTTP/1.1 200 OK\r\n\(fields)Content-Length: 2\r\n\r\nok")
            }
            try await bench.serve(scripts) { server, transport in
                for path in scripts.keys.sorted() {
                    try await transport.requireFailure(.bodyTooLarge, sent: true, of: server.get(path), path)
                }
            }
        },
        .wire("a server that does not answer in time has perhaps got the request") { bench in
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
            let scripts: [String: ServerScript] = [
                "/silent": ServerScript([.fallSilent]),
                "/slow-head": ServerScript([.drip(Array("HTTP/1.1 200 OK\r\nX-Slow: y".utf8), pauseMilliseconds: 20)]),
                "/half-head": .raw("HTTP/1.1 200 OK\r\nX-Half", then: .fallSilent),
                "/no-body": .raw(head, then: .fallSilent),
                "/slow-body": .raw(head, then: .drip([0x78], pauseMilliseconds: 20)),
            ]
            try await bench.serve(scripts) { server, transport in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for path in scripts.keys {
                        let call = server.get(path, limits: .short)
                        group.addTask { try await transport.requireFailure(.timedOut, sent: true, of: call, path) }
                    }
                    try await group.waitForAll()
                }
            }
        },
        .wire("redirects count towards the total time", unless: [.cancellingARedirectIsFatal]) { bench in
            // Each takes less than the limit, and the first few of them together more.
            let scripts = (0..<5).map { ("/\($0)", ServerScript.redirect(to: "/\($0 + 1)").after(milliseconds: 400)) }
            try await bench.serve(Dictionary(uniqueKeysWithValues: scripts + [("/5", .answer())])) {
                server, transport in
                try await transport.requireFailure(.timedOut, sent: true, of: server.get("/0", limits: .short))
            }
        },
        .wire("a handshake that does not end in time has sent nothing", unless: [.connectLimitIsTotalLimit]) { bench in
            try await bench.serve([:], greeting: ServerScript([.fallSilent])) { server, transport in
                var limits = HTTPLimits.generous
                limits.connect = .milliseconds(300)
                try await transport.requireFailure(
                    .timedOut, sent: false, of: server.get("/", scheme: "https", limits: limits))
            }
        },
    ]
}
