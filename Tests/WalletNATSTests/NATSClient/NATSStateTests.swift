import EventServerProcess
import Foundation
import NATSClient
import Testing

@Suite(.timeLimit(.minutes(15)))
struct NATSStateTests {
    /// Options that make nobody wait.
    private func options(_ url: String) -> NATSOptions {
        var options = NATSOptions(url: url, name: "test")
        options.reconnectWait = .milliseconds(10)
        options.reconnectJitter = .milliseconds(10)
        return options
    }

    @Test func `states begin with now, follow an outage, and end with the connection`() async throws {
        try await NATSServerProcess.withServer { server in
            let connection = try await NATSConnection.connect(options(server.url))
            var states = connection.states.makeAsyncIterator()
            #expect(await states.next() == .connected)
            await server.kill()
            guard case .disconnected(let reason) = await states.next() else {
                Issue.record("not disconnected")
                return
            }
            #expect(!reason.isEmpty)
            var later = connection.states.makeAsyncIterator()
            #expect(await later.next() == .disconnected(reason: reason))
            try await server.start()
            #expect(await states.next() == .connected)
            #expect(await later.next() == .connected)
            await connection.close()
            var last: NATSState?
            while let state = await states.next() { last = state }
            #expect(last == .closed(reason: nil))
            var after = connection.states.makeAsyncIterator()
            #expect(await after.next() == .closed(reason: nil))
            #expect(await after.next() == nil)
        }
    }

    @Test func `a subscription outlives an outage`() async throws {
        try await NATSServerProcess.withServer { server in
            let connection = try await NATSConnection.connect(options(server.url))
            let subscription = try connection.subscribe("a")
            var states = connection.states.makeAsyncIterator()
            #expect(await states.next() == .connected)
            await server.kill()
            _ = await states.next()
            try await server.start()
            #expect(await states.next() == .connected)
            try await connection.flush(timeout: .seconds(5))
            try connection.publish(Data("x".utf8), to: "a")
            var messages = subscription.makeAsyncIterator()
            #expect(await messages.next()?.payload == Data("x".utf8))
        }
    }

    @Test func `a first attempt that fails is repeated when asked for`() async throws {
        try await NATSServerProcess.withServer { server in
            await server.kill()
            var options = options(server.url)
            options.retriesFirstConnect = true
            let connection = try await NATSConnection.connect(options)
            var states = connection.states.makeAsyncIterator()
            guard case .disconnected = await states.next() else {
                Issue.record("not disconnected")
                return
            }
            let subscription = try connection.subscribe("a")
            try await server.start()
            #expect(await states.next() == .connected)
            try connection.publish(Data("x".utf8), to: "a")
            var messages = subscription.makeAsyncIterator()
            #expect(await messages.next()?.payload == Data("x".utf8))
        }
    }

    @Test func `without reconnecting a lost connection is closed, with a reason`() async throws {
        try await NATSServerProcess.withServer { server in
            var options = options(server.url)
            options.reconnects = false
            let connection = try await NATSConnection.connect(options)
            let subscription = try connection.subscribe("a")
            await server.kill()
            var last: NATSState?
            for await state in connection.states { last = state }
            guard case .closed(.some) = last else {
                Issue.record("it ended as \(String(describing: last))")
                return
            }
            var messages = subscription.makeAsyncIterator()
            #expect(await messages.next() == nil)
        }
    }

    @Test func `what the server denies is a problem that names operation and subject`() async throws {
        let configuration = """
            authorization { users = [
              { user: u, password: p, permissions: { publish: ["a"], subscribe: ["a"] } }
            ] }
            """
        try await NATSServerProcess.withServer(configuration: configuration) { server in
            let connection = try await NATSConnection.connect(options(server.url(user: "u", password: "p")))
            var events = connection.listen().makeAsyncIterator()
            #expect(await events.next() == .state(.connected))
            #expect(connection.lastError == nil)
            try connection.publish(Data(), to: "b.c")
            let subscription = try connection.subscribe("d.>")
            try await connection.flush(timeout: .seconds(5))
            #expect(connection.lastError == .permissionDenied)
            for denial in [
                NATSDenial(operation: .publish, subject: "b.c"), NATSDenial(operation: .subscribe, subject: "d.>"),
            ] {
                guard case .problem(let problem) = await events.next() else {
                    Issue.record("not a problem")
                    return
                }
                #expect(problem.code == .permissionDenied && problem.denial == denial)
            }
            withExtendedLifetime(subscription) {}
        }
    }

    @Test func `letting go of a connection frees it at the server`() async throws {
        try await NATSServerProcess.withServer { server in
            do {
                let connection = try await NATSConnection.connect(options(server.url))
                try await connection.flush(timeout: .seconds(5))
                #expect(try await server.connections(named: "test").count == 1)
            }
            try await server.untilConnections(named: "test", "the client is gone") { $0.isEmpty }
        }
    }

    @Test func `an error that comes after the end harms nobody`() async throws {
        // libnats calls back about the second error when it has already said that the connection is closed.
        let script =
            ScriptedListener.welcome + [
                .init(
                    after: "SUB a",
                    say: "-ERR 'Something Else'\r\n-ERR 'Permissions Violation for Publish to \"x\"'\r\n")
            ]
        let listener = try ScriptedListener(script: script)
        for _ in 1...20 {
            let connection = try await NATSConnection.connect(options(listener.url))
            let subscription = try connection.subscribe("a")
            var last: NATSState?
            for await state in connection.states { last = state }
            guard case .closed(.some) = last else {
                Issue.record("it ended as \(String(describing: last))")
                return
            }
            withExtendedLifetime(subscription) {}
        }
    }

    @Test func `closing while messages and readers are under way harms nobody`() async throws {
        try await NATSServerProcess.withServer { server in
            let publisher = try await NATSConnection.connect(options(server.url))
            let flood = Task {
                while !Task.isCancelled {
                    try? publisher.publish(Data(count: 100), to: "flood")
                    await Task.yield()
                }
            }
            try await withThrowingTaskGroup { group in
                for round in 0..<40 {
                    group.addTask {
                        let connection = try await NATSConnection.connect(options(server.url))
                        let subscription = try connection.subscribe("flood")
                        let reader = Task { for await _ in subscription {} }
                        for await _ in connection.states { break }
                        try await connection.flush(timeout: .seconds(10))
                        // Closed, let go of, or cancelled: in whatever order, all must end.
                        if round % 3 == 0 { await connection.close() }
                        if round % 3 == 1 { subscription.unsubscribe() }
                        if round % 3 == 2 { reader.cancel() }
                        await reader.value
                    }
                }
                try await group.waitForAll()
            }
            #expect(publisher.state == .connected, "a connection that nobody closed stays")
            flood.cancel()
            await flood.value
        }
    }
}
