import EventServerProcess
import FexValues
import Foundation
import NATSClient
import Testing

@Suite(.timeLimit(.minutes(5))) struct MessageBoundTests {
    /// A server that takes whoever comes, says one thing more when it is asked whether it is there, and then waits.
    private static func listener(saying text: String) throws -> ScriptedListener {
        try ScriptedListener(script: ScriptedListener.welcome + [ScriptedListener.Line(after: "PING\r\n", say: text)])
    }

    private static let filling = String(repeating: "x", count: 4 << 20)

    /// What a server may begin, and send without an end.
    private static let endless = [
        "MSG a 1 2000000000\r\n", "HMSG a 1 1900000000 2000000000\r\n", "-ERR '", "INFO {", "MSG ",
    ]

    @Test(arguments: endless)
    func `a message without an end cuts the connection, and says why`(beginning: String) async throws {
        let listener = try Self.listener(saying: beginning + Self.filling)
        defer { withExtendedLifetime(listener) {} }
        var options = NATSOptions(url: listener.url)
        options.reconnects = false
        let connection = try await NATSConnection.connect(options)
        try? await connection.flush(timeout: .seconds(10))
        var last: NATSState?
        for await state in connection.states { last = state }
        guard case .closed(let reason?) = last else {
            Issue.record("\(String(describing: last))")
            return
        }
        // A line that is too long for any may also be one that libnats refuses itself.
        #expect(reason.code == .messageTooLong || !beginning.contains("2000000000"), "\(reason)")
    }

    @Test func `a connection that is made again is bounded again`() async throws {
        let listener = try Self.listener(saying: Self.endless[0] + Self.filling)
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
