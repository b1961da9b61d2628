import EventServerProcess
import FexValues
import Foundation
import NATSClient
import Testing

@Suite(.timeLimit(.minutes(15)))
struct NATSConnectionTests {
    @Test func `a published message reaches a subscriber with its bytes`() async throws {
        try await NATSServerProcess.withServer { server in
            let connection = try await NATSConnection.connect(NATSOptions(url: server.url))
            let subscription = try connection.subscribe("a.*")
            let payload = Data([0, 1, 255, 10, 13])
            try connection.publish(payload, to: "b.c")
            try connection.publish(payload, to: "a.c")
            var messages = subscription.makeAsyncIterator()
            #expect(await messages.next() == NATSMessage(subject: "a.c", payload: payload))
            await connection.close()
            #expect(await messages.next() == nil)
        }
    }

    @Test(arguments: ["nats://user:p4ss@", "http://user:p4ss@localhost", "nats://user:p4ss@host/path", "p4ss", ""])
    func `an address that can't be one is refused, and not repeated`(url: String) async {
        let error = await #expect(throws: NATSError.self) { try await NATSConnection.connect(NATSOptions(url: url)) }
        #expect(error?.code == .invalidURL)
        #expect(error.map { "\($0)".contains("p4ss") } == false)
    }

    @Test func `where nobody listens the first attempt fails as unreachable, without the credentials`() async throws {
        let url = try await NATSServerProcess.withServer { $0.url(user: "user", password: "p4ss") }
        let error = await #expect(throws: NATSError.self) { try await NATSConnection.connect(NATSOptions(url: url)) }
        #expect(error?.code == .unreachable)
        #expect(error.map { "\($0)".contains("p4ss") } == false)
    }

    @Test(arguments: ["p4ss", "p%40ss:/"])
    func `credentials come from the address, unescaped, or from the options`(password: String) async throws {
        let plain = password.removingPercentEncoding ?? ""
        let configuration = "authorization { user: user, password: \"\(plain)\" }"
        try await NATSServerProcess.withServer(configuration: configuration) { server in
            let escaped = server.url(user: "user", password: password.replacing("/", with: "%2F"))
            await (try NATSConnection.connect(NATSOptions(url: escaped))).close()
            await (try NATSConnection.connect(NATSOptions(url: server.url, user: "user", password: plain))).close()
            let error = await #expect(throws: NATSError.self) {
                try await NATSConnection.connect(NATSOptions(url: server.url, user: "user", password: plain + "x"))
            }
            #expect(error?.code == .authenticationFailed)
            #expect(error.map { "\($0)".contains(plain) } == false)
        }
    }

    @Test func `a user alone in the address is a token`() async throws {
        try await NATSServerProcess.withServer(configuration: "authorization { token: t0ken }") { server in
            let url = server.url.replacing("//", with: "//t0ken@")
            await (try NATSConnection.connect(NATSOptions(url: url))).close()
            var options = NATSOptions(url: server.url)
            options.token = Redacted("t0ken")
            await (try NATSConnection.connect(options)).close()
            options.token = Redacted("an0ther")
            let error = await #expect(throws: NATSError.self) { try await NATSConnection.connect(options) }
            #expect(error?.code == .authenticationFailed)
        }
    }

    @Test func `options don't print their secrets`() {
        var options = NATSOptions(url: "nats://u5er:p4ss@host:4222", user: "u5er", password: "p4ss", name: "name")
        options.token = Redacted("p4ss")
        var dumped = ""
        dump(options, to: &dumped)
        for text in ["\(options)", String(reflecting: options), dumped] {
            #expect(text.contains("nats://host:4222") && !text.contains("p4ss") && !text.contains("u5er"))
        }
    }

    @Test(arguments: [
        "", "a b", "a\r\nPUB b 0\r\n", "a\u{0}", "a..b", ".a", "a.", "\t", String(repeating: "x", count: 1025),
    ])
    func `a subject that would break the protocol is refused`(subject: String) async throws {
        try await NATSServerProcess.withServer { server in
            let connection = try await NATSConnection.connect(NATSOptions(url: server.url))
            #expect(throws: NATSError.self) { try connection.publish(Data(), to: subject) }
            #expect(throws: NATSError.self) { try connection.subscribe(subject) }
            try await connection.flush(timeout: .seconds(5))
        }
    }

    @Test(arguments: [
        ("a.*", true), ("a.>", true), ("*", true), (">", true), ("a.>.b", false), ("a*", false), ("a.b>", false),
    ])
    func `wildcards are for subscribing, as whole tokens`(subject: String, isAllowed: Bool) async throws {
        try await NATSServerProcess.withServer { server in
            let connection = try await NATSConnection.connect(NATSOptions(url: server.url))
            #expect(throws: NATSError.self) { try connection.publish(Data(), to: subject) }
            #expect(((try? connection.subscribe(subject)) != nil) == isAllowed)
        }
    }

    @Test func `a payload larger than the server takes is refused here`() async throws {
        try await NATSServerProcess.withServer(configuration: "max_payload: 1000") { server in
            let connection = try await NATSConnection.connect(NATSOptions(url: server.url))
            try connection.publish(Data(count: 1000), to: "a")
            let error = #expect(throws: NATSError.self) { try connection.publish(Data(count: 1001), to: "a") }
            #expect(error?.code == .payloadTooLarge)
        }
    }

    @Test func `a closed connection refuses everything, and closing twice does nothing`() async throws {
        try await NATSServerProcess.withServer { server in
            let connection = try await NATSConnection.connect(NATSOptions(url: server.url))
            await connection.close()
            await connection.close()
            #expect(connection.state == .closed(reason: nil))
            let errors = [
                #expect(throws: NATSError.self) { try connection.publish(Data(), to: "a") },
                #expect(throws: NATSError.self) { try connection.subscribe("a") },
                await #expect(throws: NATSError.self) { try await connection.flush(timeout: .seconds(1)) },
            ]
            #expect(errors.map { $0?.code } == [.closed, .closed, .closed])
        }
    }

    @Test func `a host's handler of broken pipes stays its own`() async {
        await #expect(processExitsWith: .success) {
            let handler: @convention(c) (Int32) -> Void = { _ in }
            signal(SIGPIPE, handler)
            _ = try? await NATSConnection.connect(NATSOptions(url: "nats://127.0.0.1:1"))
            let after = signal(SIGPIPE, SIG_IGN)
            exit(unsafe unsafeBitCast(after, to: Int.self) == unsafeBitCast(handler, to: Int.self) ? 0 : 1)
        }
    }

    @Test func `a broken pipe does not end a process that has no handler`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_DFL)
            _ = try? await NATSConnection.connect(NATSOptions(url: "nats://127.0.0.1:1"))
            raise(SIGPIPE)
            exit(0)
        }
    }
}
