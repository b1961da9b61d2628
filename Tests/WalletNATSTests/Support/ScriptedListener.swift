import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A port that takes connections, and says to each what a script has: a server that is dead, or means ill.
final class ScriptedListener: Sendable {
    /// It could not listen.
    struct Failure: Error {}

    /// What to say, once the client has said so much.
    struct Line: Sendable {
        /// The text that the client must have sent since the last line.
        var after: String
        /// What to answer.
        var say: String
        /// Whether it goes on saying it until the client is gone.
        var isEndless = false
    }

    /// The script of a server that takes whoever comes.
    static let welcome = [
        Line(after: "", say: #"INFO {"server_id":"S","version":"2.9.10","max_payload":1048576}"# + "\r\n"),
        Line(after: "PING\r\n", say: "PONG\r\n"),
    ]

    /// The URL to connect to.
    let url: String
    private let address: sockaddr_in
    private let listening: Int32
    private let script: [Line]

    /// Starts to listen; with no script it says nothing.
    init(script: [Line] = []) throws {
        self.script = script
        var address = Self.loopback
        let (descriptor, status) = unsafe Self.socket(at: &address) { descriptor, pointer, length in
            var length = length
            return unsafe bind(descriptor, pointer, length) | listen(descriptor, 16)
                | getsockname(descriptor, pointer, &length)
        }
        listening = descriptor
        self.address = address
        url = "nats://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        guard status == 0 else { throw Failure() }
        guard !script.isEmpty else { return }
        Thread.detachNewThread { [descriptor, script] in
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else { return }
                Thread.detachNewThread { Self.play(script, to: client) }
            }
        }
    }

    deinit {
        // Wakes the thread that accepts, which closing alone does not.
        shutdown(listening, Int32(SHUT_RDWR))
        close(listening)
    }

    /// Connects to it.
    ///
    /// - Returns: The descriptor, which is the caller's to close.
    func connect() throws -> Int32 {
        var address = address
        let (descriptor, status) = unsafe Self.socket(at: &address) { descriptor, pointer, length in
            #if canImport(Darwin)
                unsafe Darwin.connect(descriptor, pointer, length)
            #else
                unsafe Glibc.connect(descriptor, pointer, length)
            #endif
        }
        guard status == 0 else {
            close(descriptor)
            throw Failure()
        }
        return descriptor
    }

    /// This machine, at any port.
    private static var loopback: sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// Makes a socket of TCP, and calls functions with it and an address.
    private static func socket(
        at address: inout sockaddr_in, _ call: (Int32, UnsafeMutablePointer<sockaddr>, socklen_t) -> Int32
    ) -> (descriptor: Int32, status: Int32) {
        #if canImport(Darwin)
            let descriptor = Darwin.socket(AF_INET, SOCK_STREAM, 0)
        #else
            let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe call(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return (descriptor, status)
    }

    private static func play(_ script: [Line], to client: Int32) {
        defer { close(client) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        var heard = ""
        for line in script {
            while !heard.contains(line.after), !line.after.isEmpty {
                let count = unsafe read(client, &buffer, buffer.count)
                guard count > 0 else { return }
                heard += String(decoding: buffer[..<count], as: UTF8.self)
            }
            heard = ""
            let bytes = Array(line.say.utf8)
            repeat {
                guard unsafe send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return }
                // The machine has more to do than to say and to hear it.
                if line.isEndless { usleep(1000) }
            } while line.isEndless
        }
        // Stays until the client goes.
        while unsafe read(client, &buffer, buffer.count) > 0 {}
    }
}
