import CNATS
import EventServerProcess
import FexValues
import Foundation
import NATSClient
import Testing

@Suite(.timeLimit(.minutes(5))) struct MessageBoundTests {
    /// A server that takes whoever comes, and begins something without an end.
    ///
    /// - Parameter isAtOnce: Whether it does with its welcome, and not when it is asked whether it is there.
    private static func listener(saying beginning: String, isAtOnce: Bool = false) throws -> ScriptedListener {
        var script = ScriptedListener.welcome
        if isAtOnce { script[1].say += beginning } else { script.append(.init(after: "PING\r\n", say: beginning)) }
        return try ScriptedListener(script: script + [.init(after: "", say: Self.filling, isEndless: true)])
    }

    private static let filling = String(repeating: "x", count: 64 << 10)

    /// What a server may begin, and send without an end.
    private static let endless = [
        "MSG a 1 2000000000\r\n", "HMSG a 1 1900000000 2000000000\r\n", "-ERR '", "INFO {", "MSG ",
    ]

    @Test(arguments: endless, [false, true])
    func `a message without an end cuts the connection, and says why`(beginning: String, isAtOnce: Bool) async throws {
        let listener = try Self.listener(saying: beginning, isAtOnce: isAtOnce)
        defer { withExtendedLifetime(listener) {} }
        var options = NATSOptions(url: listener.url)
        options.reconnects = false
        let connection = try await NATSConnection.connect(options)
        // Long before it would be found that the server answers to nothing any more.
        await #expect { try await connection.flush(timeout: .seconds(30)) } throws: { error in
            (error as? NATSError)?.code == .messageTooLong
        }
        var last: NATSState?
        for await state in connection.states { last = state }
        guard case .closed(let reason?) = last else {
            Issue.record("\(String(describing: last))")
            return
        }
        #expect(reason.code == .messageTooLong, "\(reason)")
    }

    @Test func `a connection that is made again is bounded again`() async throws {
        let listener = try Self.listener(saying: Self.endless[0])
        defer { withExtendedLifetime(listener) {} }
        var options = NATSOptions(url: listener.url)
        options.reconnectWait = .milliseconds(1)
        options.reconnectJitter = .zero
        let connection = try await NATSConnection.connect(options)
        var cuts = 0
        for await state in connection.states {
            if state == .connected { try? await connection.flush(timeout: .seconds(10)) }
            if case .disconnected(let reason) = state {
                #expect(reason.contains("more than 1048576 bytes"))
                cuts += 1
            }
            if cuts == 2 { break }
        }
        #expect(cuts == 2)
        await connection.close()
    }

    @Test func `what waits to be read is none that was read, and no error, however fast it comes`() throws {
        let listener = try ScriptedListener(script: [.init(after: "", say: Self.filling, isEndless: true)])
        defer { withExtendedLifetime(listener) {} }
        for _ in 0..<20 {
            let descriptor = try listener.connect()
            defer { close(descriptor) }
            for _ in 0..<50_000 { try #require(fex_bytes_read(descriptor) == 0) }
        }
    }

    @Test func `as long as a message may be it comes, and so do many`() async throws {
        try await NATSServerProcess.withServer { server in
            var options = NATSOptions(url: server.url)
            options.reconnects = false
            options.bufferedBytes = 64 << 20
            let connection = try await NATSConnection.connect(options)
            let subscription = try connection.subscribe("a")
            let longest = Data(repeating: 0x78, count: 1 << 20)
            try await connection.flush(timeout: .seconds(10))
            let count = 24
            for _ in 0..<count {
                try connection.publish(longest, to: "a")
                try await connection.flush(timeout: .seconds(10))
            }
            var received = 0
            for await message in subscription {
                #expect(message.payload.count == longest.count)
                received += 1
                if received == count { break }
            }
            #expect(received == count && connection.state == .connected)
            await connection.close()
        }
    }
}
