import FexHTTP
import Foundation
import HTTPTypes
import WalletCore

extension HTTPTransportContract {
    /// How a call fails, and whether the server may have got it.
    static let failures: [Rule] = [
        .wire("where nothing listens nothing was sent") { bench in
            try await bench.serve([:]) { server, transport in
                try await MisbehavingServer.run { gone in
                    gone.stopListening()
                    let call = server.get("/").directed(to: gone.authority)
                    try await transport.requireFailure(.unreachable, sent: false, of: call)
                }
            }
        },
        .wire("a name that does not resolve was sent nothing") { bench in
            try await bench.serve([:]) { server, transport in
                // Longer than a label may be: the resolver says no without asking anybody.
                let call = server.get("/").directed(to: String(repeating: "a", count: 64) + ".invalid")
                try await transport.requireFailure(.unreachable, sent: false, of: call)
            }
        },
        .wire("a call that fails after a redirect was sent") { bench in
            var leaving = ServerScript.redirect(to: "/new")
            leaving.steps = [.stopListening] + leaving.steps + [.close]
            try await bench.serve(["/old": leaving]) { server, transport in
                try await transport.requireFailure(.unreachable, sent: true, of: server.get("/old"))
            }
        },
        .wire("a connection that breaks has perhaps carried the request") { bench in
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
            let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            let scripts: [String: ServerScript] = [
                "/before-the-answer": ServerScript([.close]),
                "/before-the-answer-by-reset": ServerScript([.reset]),
                "/in-the-status-line": .raw("HTTP/1.1 20", then: .close),
                "/in-the-body": .raw(head + "half of it", then: .close),
                "/in-a-chunk": .raw(chunked + "100\r\nhalf of it", then: .close),
                "/between-chunks": .raw(chunked + "5\r\nhello\r\n", then: .close),
            ]
            for path in scripts.keys.sorted() {
                try await bench.serve(scripts) { server, transport in
                    try await transport.requireFailure(.connectionLost, sent: true, of: server.get(path), path)
                    let post = server.post(path)
                    try await transport.requireFailure(.connectionLost, sent: true, of: post, "POST \(path)")
                }
            }
        },
        .wire("half a head is no answer", unless: [.oddHeadsAreFatal]) { bench in
            try await bench.serve(["/": .raw("HTTP/1.1 200 OK\r\nX-Half: ", then: .close)]) { server, transport in
                try await transport.requireFailure(.connectionLost, sent: true, of: server.get("/"))
            }
        },
        .wire("what is not HTTP is not an answer") { bench in
            let scripts: [String: ServerScript] = [
                "/greeting": .raw("SSH-2.0-OpenSSH_9.2\r\n", then: .close),
                "/noise": ServerScript([.send((0..<200).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 129) }), .close]),
                "/json": .raw("{\"success\":true}\r\n\r\n", then: .close),
            ]
            for path in scripts.keys.sorted() {
                try await bench.serve(scripts) { server, transport in
                    try await transport.requireFailure(.malformedAnswer, sent: true, of: server.get(path), path)
                }
            }
        },
        .wire("a head that contradicts itself is not an answer", unless: [.malformedIsNotTold]) { bench in
            let scripts: [String: ServerScript] = [
                "/length": .raw("HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n0123456789"),
                "/field": .raw("HTTP/1.1 200 OK\r\nno field at all\r\nContent-Length: 2\r\n\r\nok"),
                "/encoding": .answer(200, [.contentEncoding: "gzip"], body: Data("not compressed at all".utf8)),
            ]
            for path in scripts.keys.sorted() {
                try await bench.serve(scripts) { server, transport in
                    try await transport.requireFailure(.malformedAnswer, sent: true, of: server.get(path), path)
                }
            }
        },
        .wire("a server that does not speak TLS was sent nothing", unless: [.insecureIsNotTold]) { bench in
            let greeting = ServerScript.raw("HTTP/1.1 400 Bad Request\r\n\r\n", then: .close)
            try await bench.serve([:], greeting: greeting) { server, transport in
                try await transport.requireFailure(.insecure, sent: false, of: server.get("/", scheme: "https"))
            }
        },
    ]
}
