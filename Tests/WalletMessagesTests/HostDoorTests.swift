import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import Synchronization
import Testing
import WalletCore
import WalletTesting

@testable import WalletMessages

/// A wallet whose keys, secrets and calls are the host's.
@Suite struct HostDoorTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "door-\(UUID().uuidString)")
    private let adapters = MessageAdapters(
        http: { _ in throw CancellationError() }, events: { _, _, _ in fatalError("no events were asked for") },
        drawCode: { $0 })

    private func open(
        _ changes: JSON = [:], answering answer: @escaping @Sendable (String, JSON) async -> JSON?
    ) -> TestHost {
        var members = JSONObject([
            .init("folder", .string(folder.path)), .init("api", "https://platform.test"),
            .init("auth", "https://platform.test/auth"), .init("host", ["sign", "secrets", "http"]),
        ])
        for member in changes.objectValue?.members ?? [] { members[member.name] = member.value }
        let host = TestHost(answering: answer)
        host.open { MessageWallet.open(configuration: JSON.object(members).text, adapters: adapters, onMessage: $0) }
        return host
    }

    @Test func `a wallet pays with a key, secrets and calls of the host's`() async throws {
        let shell = HostShell()
        let host = open { await shell.answer($0, $1) }
        #expect(try await host.answer(to: 0)["result"] != nil)
        _ = try await host.ask("subscribe", ["topic": "log"])
        let login = try await host.ask(
            "login.password", ["username": "alice", "password": "right", "device_name": "Shell"])
        #expect(login["result"]?["balance"] == "1000.00")
        shell.platform.addIntent("pi_1", amount: "3.70")
        let terms: JSON = ["intent": "pi_1", "amount": "3.70", "currency": "USD", "merchant": "mer_1"]
        #expect(try await host.ask("pay", terms)["result"]?["decision"]?["state"] == "confirmed")
        #expect(shell.platform.debits == ["pi_1"] && shell.signer.signatureCount == 2)
        #expect(shell.kept("tokens")?["access_token"] != nil)
        _ = try await host.value(of: "log") { $0["message"]?.stringValue?.isEmpty == false }
        #expect(try await host.ask("logout")["result"]?["logged_in"] == false)
        // What is kept in the place of the tokens says that nobody is logged in.
        #expect(shell.kept("tokens")?["logged_out"] != nil && shell.kept("tokens")?["access_token"] == nil)
        try await host.close()
        // Nothing that is secret lies in the folder.
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        #expect(!names.contains { $0.contains("tokens") || $0.contains("key") })
        try FileManager.default.removeItem(at: folder)
    }

    @Test func `a question that the host never heard cannot have been acted on`() async throws {
        let questions = HostQuestions(asking: { _, _ in nil }, withdrawing: { _ in })
        guard case .error("closed", _, let mayHaveBeenSent)? = try await questions.ask("http") else {
            Issue.record("it was answered")
            return
        }
        #expect(!mayHaveBeenSent)
    }

    @Test func `the transports that were made for a wallet are ended with it`() async throws {
        let (http, events) = (EndedTransport(), EndedTransport())
        let adapters = MessageAdapters(http: { _ in http }, events: { _, _, _ in events }, drawCode: { $0 })
        let configuration: JSON = [
            "folder": .string(folder.path), "api": "https://platform.test", "auth": "https://platform.test/auth",
            "events": "nats://127.0.0.1:1",
        ]
        let host = TestHost { _, _ in nil }
        host.open { MessageWallet.open(configuration: configuration.text, adapters: adapters, onMessage: $0) }
        #expect(try await host.answer(to: 0)["result"] != nil)
        #expect(http.ends == 0 && events.ends == 0)
        try await host.close()
        #expect(http.ends == 1 && events.ends == 1)
        try FileManager.default.removeItem(at: folder)
    }

    @Test(
        arguments: [
            ("sign", ["code": "signing_declined", "message": "no"], "signing_declined"),
            ("sign", ["code": "signer_locked", "message": "locked"], "signer_locked"),
            ("sign", ["code": "what", "message": "?"], "signer_failed"),
            ("sign", ["signature": "AAAA"], "signer_failed"),
            ("sign", ["signature": 7], "signer_failed"), ("sign", [], "signer_failed"),
            ("key.load", ["public_key": nil], "device_key_lost"), ("key.load", ["public_key": "AAAA"], "signer_failed"),
            ("secret.load", ["code": "locked", "message": "locked"], "locked"),
            ("secret.load", ["secret": "%"], "secret_store_failed"),
        ] as [(String, JSON, String)])
    func `a host that answers wrongly is told so, and nothing is paid`(
        question: String, answer: JSON, code: String
    ) async throws {
        let shell = HostShell()
        let host = open { await shell.answer($0, $1) }
        _ = try await host.ask("login.password", ["username": "alice", "password": "right", "device_name": "Shell"])
        shell.platform.addIntent("pi_1", amount: "3.70")
        shell.lie(question, answer)
        let terms: JSON = ["intent": "pi_1", "amount": "3.70", "currency": "USD", "merchant": "mer_1"]
        let error = try #require(try await host.ask("pay", terms)["error"])
        #expect(error["code"]?.stringValue == code && error["money"] == "not_moved")
        #expect(shell.platform.debits.isEmpty)
        try await host.close()
        try? FileManager.default.removeItem(at: folder)
    }

    @Test func `secrets that the host can't read make nobody logged out`() async throws {
        let shell = HostShell()
        let host = open { await shell.answer($0, $1) }
        _ = try await host.ask("login.password", ["username": "alice", "password": "right", "device_name": "Shell"])
        #expect(try await host.ask("status")["result"]?["session"] == "logged_in")
        shell.lie("secret.load", ["code": "locked", "message": "locked"])
        let status = try await host.ask("status")["result"]
        #expect(status?["session"] == "unreadable" && status?["logged_in"] == false)
        _ = try await host.ask("subscribe", ["topic": "session"])
        _ = try await host.value(of: "session") { $0["session"] == "unreadable" && $0["ended"] == false }
        shell.lie("secret.load", nil)
        #expect(try await host.ask("status")["result"]?["session"] == "logged_in")
        try await host.close()
        try? FileManager.default.removeItem(at: folder)
    }

    @Test(
        arguments: [
            ["code": "connection_lost", "message": "gone"], ["code": "what"], ["status": 7], ["status": "200"], [:],
            ["status": 200, "headers": [["a b", "c"]]], ["status": 200, "headers": [], "body": "%"],
        ] as [JSON])
    func `a call that the host answers wrongly leaves the outcome unknown`(answer: JSON) async throws {
        let shell = HostShell()
        let host = open { await shell.answer($0, $1) }
        _ = try await host.ask("login.password", ["username": "alice", "password": "right", "device_name": "Shell"])
        shell.platform.addIntent("pi_1", amount: "3.70")
        shell.lie("/pay", answer)
        let terms: JSON = ["intent": "pi_1", "amount": "3.70", "currency": "USD", "merchant": "mer_1"]
        #expect(try await host.ask("pay", terms)["result"]?["decision"]?["state"] == "unknown")
        shell.lie("/pay", nil)
        let retried = try await host.ask("outbox.retry", ["id": "pi_1"])
        #expect(retried["result"]?["decision"]?["state"] == "confirmed" && shell.platform.debits == ["pi_1"])
        try await host.close()
        try? FileManager.default.removeItem(at: folder)
    }

    @Test func `a host that never answers keeps a decision waiting until it is cancelled`() async throws {
        let shell = HostShell()
        let host = open { await shell.answer($0, $1) }
        _ = try await host.ask("login.password", ["username": "alice", "password": "right", "device_name": "Shell"])
        shell.platform.addIntent("pi_1", amount: "3.70")
        shell.silence("sign")
        let asked = host.received.count { $0["ask"] == "sign" }
        let pay = host.begin("pay", ["intent": "pi_1", "amount": "3.70", "currency": "USD", "merchant": "mer_1"])
        try await until("the host is asked to sign") { host.received.count { $0["ask"] == "sign" } > asked }
        let question = try #require(host.received.last { $0["ask"] == "sign" }?["id"])
        host.send(["method": "cancel", "params": ["id": .integer(pay)]])
        let answer = try await host.answer(to: pay)
        #expect(answer["error"]?["code"] == "cancelled" && answer["error"]?["money"] == "not_moved")
        // Too late, which is nobody's fault.
        host.send(["answer": question, "result": [:]])
        #expect(try await host.ask("outbox")["result"]?["decisions"] == [])
        #expect(!host.received.contains { $0["error"]?["code"] == "no_question" })
        try await host.close()
        try? FileManager.default.removeItem(at: folder)
    }

    @Test(arguments: [
        ("{", "not_a_message"), ("{}", "bad_parameter"),
        (#"{"folder":"x","api":"https://a.test","auth":"https://a.test"}"#, "bad_parameter"),
        (#"{"folder":"/nowhere/x","api":"nothing","auth":"https://a.test"}"#, "bad_parameter"),
        (#"{"folder":"/nowhere/x","api":"https://a.test","auth":"https://a.test","host":["all"]}"#, "bad_parameter"),
        (#"{"folder":"/nowhere/x","api":"https://a.test","auth":"https://a.test","hosts":[]}"#, "bad_parameter"),
        (#"{"folder":"/nowhere/x","api":"http://a.test","auth":"https://a.test","host":"http"}"#, "insecure_address"),
    ])
    func `a wallet that can't be opened says why, and answers every request with it`(
        configuration: String, code: String
    ) async throws {
        let host = TestHost()
        host.open { MessageWallet.open(configuration: configuration, adapters: adapters, onMessage: $0) }
        #expect(try await host.answer(to: 0)["error"]?["code"]?.stringValue == code)
        #expect(try await host.ask("status")["error"]?["code"]?.stringValue == code)
        try await host.close()
        #expect(host.received.last == ["closed": true])
    }
}

/// A shell that does what a phone's would: a key, a keystore and HTTP of its own.
private final class HostShell: Sendable {
    let platform = ModelPlatform(clock: SystemClock())
    let signer = InMemoryDeviceSigner()
    private let secrets = Mutex<[String: JSON]>([:])
    private let lies = Mutex<[String: JSON]>([:])
    private let silent = Mutex<Set<String>>([])

    /// What is kept under a name, if it is JSON.
    func kept(_ name: String) -> JSON? {
        let text = secrets.withLock { $0[name]?.stringValue }
        return text.flatMap { Data(base64Encoded: $0) }.flatMap { try? JSON(parsing: $0) }
    }

    /// Has a question, or a call to a path that ends so, be answered so; nil for as it should be.
    func lie(_ question: String, _ answer: JSON?) {
        lies.withLock { $0[question] = answer }
    }

    func silence(_ question: String) { silent.withLock { _ = $0.insert(question) } }

    func answer(_ question: String, _ params: JSON) async -> JSON? {
        let path = params["url"]?.stringValue ?? question
        if silent.withLock({ $0.contains(question) }) { return nil }
        if let lie = lies.withLock({ lies in lies.first { path.hasSuffix($0.key) }?.value }) { return lie }
        return try? await honestAnswer(question, params)
    }

    private func honestAnswer(_ question: String, _ params: JSON) async throws -> JSON {
        func bytes(_ name: String) -> Data { params[name]?.stringValue.flatMap { Data(base64Encoded: $0) } ?? Data() }
        let name = params["name"]?.stringValue ?? ""
        switch question {
        case "key.load": return ["public_key": .optional(try await signer.loadPublicKey()?.base64EncodedString())]
        case "key.make": return ["public_key": .string(try await signer.makeKey().base64EncodedString())]
        case "sign": return ["signature": .string(try await signer.sign(bytes("message")).base64EncodedString())]
        case "secret.load": return secrets.withLock { $0[name] }.map { ["secret": $0] } ?? .null
        case "secret.save":
            secrets.withLock { $0[name] = params["secret"] }
            return [:]
        case "secret.remove":
            secrets.withLock { $0[name] = nil }
            return [:]
        default: return try await call(params, body: bytes("body"))
        }
    }

    private func call(_ params: JSON, body: Data) async throws -> JSON {
        var fields = HTTPFields()
        for field in params["headers"]?.arrayValue ?? [] {
            fields.append(HTTPField(name: HTTPField.Name(field[0]!.stringValue!)!, value: field[1]!.stringValue!))
        }
        let answer = try await platform.send(
            HTTPCall(
                HTTPRequest.Method(rawValue: params["method"]!.stringValue!)!,
                HTTPAddress(params["url"]!.stringValue!)!,
                fields, body: params["body"] == .null ? nil : body))
        return [
            "status": .integer(answer.response.status.code),
            "headers": .array(answer.response.headerFields.map { [.string($0.name.rawName), .string($0.value)] }),
            "body": .string(answer.body.base64EncodedString()),
        ]
    }
}

/// Carries nothing, and counts how often it was ended.
private final class EndedTransport: HTTPTransport, EventTransport {
    private let count = Mutex(0)
    var ends: Int { count.withLock { $0 } }

    func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
        throw HTTPTransportError(.unreachable, mayHaveBeenSent: false, detail: "it carries nothing")
    }

    func signals(on subjects: [String]) -> AsyncStream<EventSignal> { AsyncStream { $0.finish() } }

    func publish(_ payload: Data, to subject: String) async throws(EventTransportError) {}

    func shutdown() async { count.withLock { $0 += 1 } }
}
