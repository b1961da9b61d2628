import FexHTTP
import Foundation
import HTTPTypes
import WalletCore
import WalletTesting

extension HTTPTransportContract {
    /// What is made of answers as they should be.
    static let answers: [Rule] = [
        .rule("an answer of any status is an answer") { bench in
            let statuses = [200, 204, 304, 400, 401, 404, 409, 422, 429, 500, 503]
            let scripts = statuses.map { status in
                let body = status == 204 || status == 304 ? Data() : Data("{\"status\":\(status)}".utf8)
                let fields: HTTPFields = [.eTag: "\"v\(status)\"", .wwwAuthenticate: "Basic realm=\"fex\""]
                return ("/\(status)", ServerScript.answer(status, fields, body: body))
            }
            try await bench.serve(Dictionary(uniqueKeysWithValues: scripts)) { server, transport in
                for status in statuses {
                    let answer = try await transport.answer(to: server.get("/\(status)"))
                    try require(answer.response.status.code, is: status, "status")
                    try require(answer.response.headerFields[.eTag] ?? "", is: "\"v\(status)\"", "field")
                    let body = status == 204 || status == 304 ? "" : "{\"status\":\(status)}"
                    try require(String(decoding: answer.body, as: UTF8.self), is: body, "body")
                }
            }
        },
        .rule("the answer to HEAD has fields and no body") { bench in
            try await bench.serve(["/": .answer(body: Data(count: 1000))]) { server, transport in
                let answer = try await transport.answer(to: server.call(.head, "/"))
                try require(answer.response.status.code, is: 200, "status")
                try require(answer.body.count, is: 0, "bytes of body")
            }
        },
        .wire("a body in chunks arrives whole") { bench in
            let chunks = "5\r\nhello\r\n7;note=x\r\n, world\r\n0\r\n\r\n"
            try await bench.serve(["/": .raw(chunkedHead + chunks)]) { server, transport in
                let answer = try await transport.answer(to: server.get("/"))
                try require(String(decoding: answer.body, as: UTF8.self), is: "hello, world", "body")
            }
        },
        .wire("trailers after a body are passed over", unless: [.oddHeadsAreFatal]) { bench in
            let chunks = "5\r\nhello\r\n0\r\nX-Late: yes\r\nContent-Type: text/late\r\n\r\n"
            try await bench.serve(["/": .raw(chunkedHead + chunks)]) { server, transport in
                let answer = try await transport.answer(to: server.get("/"))
                try require(String(decoding: answer.body, as: UTF8.self), is: "hello", "body")
                try require(answer.response.headerFields[.contentType] == nil, "a trailer passes for a field")
            }
        },
        .wire("a compressed body arrives decompressed") { bench in
            let content = Array(repeating: Array("exact money ".utf8), count: 1000).flatMap(\.self)
            let script = ServerScript.answer(200, [.contentEncoding: "gzip"], body: Data(GzipBytes.storing(content)))
            try await bench.serve(["/": script]) { server, transport in
                let answer = try await transport.answer(to: server.get("/"))
                try require(Array(answer.body) == content, "\(answer.body.count) other bytes")
                try require(server.log.requests[0]["accept-encoding"]?.contains("gzip") == true, "gzip is not offered")
            }
        },
        .wire("interim answers are passed over") { bench in
            let text = "HTTP/1.1 103 Early Hints\r\nX-Hint: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
            try await bench.serve(["/": .raw(text)]) { server, transport in
                let answer = try await transport.answer(to: server.get("/"))
                try require(answer.response.status.code, is: 200, "status")
                try require(String(decoding: answer.body, as: UTF8.self), is: "ok", "body")
            }
        },
        .wire("what follows the declared length is no part of the answer") { bench in
            let text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more"
            try await bench.serve(["/": .raw(text)]) { server, transport in
                let answer = try await transport.answer(to: server.get("/"))
                try require(String(decoding: answer.body, as: UTF8.self), is: "ok", "body")
            }
        },
        .wire("a body without a length ends with the connection") { bench in
            try await bench.serve(["/": .raw("HTTP/1.0 200 OK\r\n\r\nall there is", then: .close)]) {
                server, transport in
                let answer = try await transport.answer(to: server.get("/"))
                try require(String(decoding: answer.body, as: UTF8.self), is: "all there is", "body")
            }
        },
    ]

    private static let chunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
}
