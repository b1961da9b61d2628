import ArgumentParser
import CBareSQLite
import FexValues
import Foundation
import WalletCore
import WalletCurl
import WalletNATS
import WalletNATSOverWebSocket
import WebSocketsOverNIO

/// `receiving`: requests of a till from the wire to the inbox, by the wallet and by a C program in turn.
struct ReceivingCommand: AsyncParsableCommand {
    /// Requests that are not counted, in which connections are made and statements prepared.
    private static let warmUp = 20
    private static let bareSubject = "bare.payment.approval_requested"

    static let configuration = CommandConfiguration(
        commandName: "receiving", abstract: "Measure requests from the wire to the inbox; prints JSON.")

    @Option(help: "The platform's address.") var api: String
    @Option(help: "The event server's address.") var events: String
    @Option(help: "The event server's address for WebSockets: the wallet listens there, rather than by libnats.")
    var websocket: String?
    @Option(help: "How many requests are measured.") var requests = 1000
    @Argument(help: "The directory of both wallets.") var directory: String

    func run() async throws {
        print(try await measure().text)
    }

    /// Measures on a thread of the pool, as in `QueriesCommand`.
    @concurrent
    private func measure() async throws -> JSON {
        _ = try await open("bare")
        let bare = try BareClient(database: BenchmarkWallet("\(directory)/bare").database.path, api: api)
        try bare.listen(at: events, on: Self.bareSubject)
        let wallet = try await open("wallet")
        let listening = Task { try await wallet.sync.run() }
        defer { listening.cancel() }
        for await state in wallet.sync.watchListening() where state == .stream { break }
        // What a catch-up brings is not there by the stream.
        try await wallet.sync.once()
        return try await measure(wallet, bare)
    }

    private func measure(_ wallet: Wallet, _ bare: BareClient) async throws -> JSON {
        let publisher = try BarePublisher(at: events)
        let subject = "wallets.\(GeneratedHistory.wallet).payment.approval_requested"
        var inbox = wallet.approvals.watch().makeAsyncIterator()
        var (ours, saved, fetched) = (Timings(), Timings(), Timings())
        for number in 0..<(requests + Self.warmUp) {
            let intent = BenchmarkIntent(number: number, kind: .tills)
            let event = intent.event(for: GeneratedHistory.wallet)
            for turn in 0..<2 {
                let start = bare_now()
                if (turn + number) & 1 == 0 {
                    try publisher.publish(event, to: subject)
                    var shown: ApprovalRequest?
                    while shown == nil { shown = try await inbox.next()?.first { $0.intent.id.rawValue == intent.id } }
                    if number >= Self.warmUp { ours.add(bare_now() - start) }
                    guard let terms = shown?.intent.terms else { throw BareFailure("a request is not shown") }
                    // The inbox is empty before the next one comes.
                    _ = try await wallet.decisions.decide(.decline, on: terms)
                    while try await inbox.next()?.isEmpty == false {}
                } else {
                    try publisher.publish(event, to: Self.bareSubject)
                    let times = try bare.receive()
                    guard number >= Self.warmUp else { continue }
                    saved.add(times.saved - start)
                    fetched.add(times.fetched - start)
                }
            }
        }
        return [
            "requests": .integer(requests), "ours": ours.document, "bare": saved.document,
            "bare_unsaved": fetched.document,
        ]
    }

    private func open(_ name: String) async throws -> Wallet {
        guard let address = URL(string: api) else { throw ValidationError("--api takes an address") }
        return try await BenchmarkWallet("\(directory)/\(name)").open(
            http: CurlTransport(), at: PlatformEndpoints(api: address, auth: address),
            events: transport, as: Customer())
    }

    private var transport: any EventTransport {
        guard let websocket else { return NATSEventTransport(url: events) }
        return NATSOverWebSocketEventTransport(url: websocket, connector: NIOWebSocketConnector())
    }
}
