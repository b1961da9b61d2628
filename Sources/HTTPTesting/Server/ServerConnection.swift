/// One connection to a test server: requests are read from it, scripts are played on it.
final class ServerConnection {
    private let socket: LoopbackSocket
    private let listener: LoopbackSocket
    private var unread: [UInt8] = []
    private var requests = 0

    init(_ socket: LoopbackSocket, from listener: LoopbackSocket) {
        self.socket = socket
        self.listener = listener
    }

    /// The next request, or `nil` when the client is gone or sends something else.
    func nextRequest(number: Int) -> ReceivedRequest? {
        guard let head = readHead() else { return nil }
        let lines = head.split(separator: "\r\n").map(String.init)
        let start = lines.first?.split(separator: " ") ?? []
        guard start.count == 3, start[2].hasPrefix("HTTP/1.") else { return nil }
        let fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            return ReceivedRequest.Field(name: parts[0].lowercased(), value: String(value))
        }
        var request = ReceivedRequest(
            method: String(start[0]), target: String(start[1]), fields: fields, body: [], connection: number)
        if let length = request["content-length"].flatMap({ Int($0) }) {
            guard let body = read(length) else { return nil }
            request.body = body
        } else if request["transfer-encoding"] == "chunked" {
            guard let body = readChunks() else { return nil }
            request.body = body
        }
        requests += 1
        return request
    }

    /// Plays a script.
    ///
    /// - Parameter method: The method of the request that it answers.
    /// - Returns: Whether the connection stands after it.
    func play(_ script: ServerScript, to method: String = "GET") -> Bool {
        for step in script.steps {
            switch step {
            case .send(let bytes):
                guard socket.write(bytes) else { return false }
            case .sendBody(let bytes):
                guard method == "HEAD" || socket.write(bytes) else { return false }
            case .sendForEver(let bytes):
                while socket.write(bytes) {}
                return false
            case .drip(let bytes, let pause):
                while true {
                    for byte in bytes {
                        guard socket.pause(milliseconds: pause), socket.write([byte]) else { return false }
                    }
                }
            case .pause(let milliseconds):
                guard socket.pause(milliseconds: milliseconds) else { return false }
            case .stopListening:
                listener.shutDown()
            case .fallSilent:
                while socket.read() != nil {}
                return false
            case .close:
                return false
            case .closeIfKept:
                guard requests <= 1 else { return false }
            case .reset:
                socket.reset()
                return false
            }
        }
        return true
    }

    /// Everything up to the first empty line.
    private func readHead() -> String? {
        var searched = 0
        while true {
            let end = Array("\r\n\r\n".utf8)
            for start in searched..<max(searched, unread.count - 3) where unread[start..<start + 4].elementsEqual(end) {
                let head = String(decoding: unread[..<start], as: UTF8.self)
                unread.removeFirst(start + 4)
                return head
            }
            searched = max(0, unread.count - 3)
            guard let bytes = socket.read() else { return nil }
            unread += bytes
        }
    }

    private func read(_ count: Int) -> [UInt8]? {
        while unread.count < count {
            guard let bytes = socket.read() else { return nil }
            unread += bytes
        }
        defer { unread.removeFirst(count) }
        return Array(unread[..<count])
    }

    private func readLine() -> String? {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: unread[..<end].filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
                unread.removeFirst(end + 1)
                return line
            }
            guard let bytes = socket.read() else { return nil }
            unread += bytes
        }
    }

    private func readChunks() -> [UInt8]? {
        var body: [UInt8] = []
        while let line = readLine(), let size = Int(line, radix: 16), let chunk = read(size), readLine() != nil {
            if size == 0 { return body }
            body += chunk
        }
        return nil
    }
}
