import ArgumentParser
import CBareSQLite
import FexValues
import Foundation
import WalletCore
import WalletCurl

/// `deciding`: payments, by the wallet and by a C program in turn.
struct DecidingCommand: AsyncParsableCommand {
    /// Payments that are not counted, in which connections are made and statements prepared.
    private static let warmUp = 20

    static let configuration = CommandConfiguration(
        commandName: "deciding", abstract: "Measure payments of intents that are known already; prints JSON.")

    @Option(help: "The platform's address.") var api: String
    @Option(help: "How many payments are measured.") var payments = 1000
    @Option(help: "How many intents are known before; by default as many as are paid.") var known: Int?
    @Flag(help: "Without the C program, and without payments that are not counted.") var alone = false
    @Argument(help: "The directory of both wallets.") var directory: String

    func run() async throws {
        print(try await measure().text)
    }

    /// Measures on a thread of the pool, as in `QueriesCommand`.
    @concurrent
    private func measure() async throws -> JSON {
        let warmUp = alone ? 0 : Self.warmUp
        let intents = (0..<max(known ?? 0, payments + warmUp)).map { BenchmarkIntent(number: $0, kind: .scanned) }
        if !alone { _ = try await open("bare", knowing: intents) }
        let (wallet, terms) = try await open("wallet", knowing: intents)
        let bare = try alone ? nil : BareClient(database: files("bare").database.path, api: api)
        var (ours, theirs) = (Timings(), Timings())
        for (number, intent) in intents.prefix(payments + warmUp).enumerated() {
            var times = (ours: Int64(0), theirs: Int64(0))
            for turn in 0..<2 {
                let start = bare_now()
                if (turn + number) & 1 == 0 {
                    let decision = try await wallet.decisions.decide(.pay, on: terms[number]).decision
                    times.ours = bare_now() - start
                    guard decision.state == .confirmed, decision.transaction?.rawValue == intent.transaction else {
                        throw BareFailure("the payment is \(decision.state): \(decision.reason ?? "")")
                    }
                } else if let bare {
                    try bare.pay(intent)
                    times.theirs = bare_now() - start
                }
            }
            guard number >= warmUp else { continue }
            ours.add(times.ours)
            theirs.add(times.theirs)
        }
        guard payments > 0, !alone else { return ["payments": .integer(payments)] }
        return ["payments": .integer(payments), "ours": ours.document, "bare": theirs.document]
    }

    private func files(_ name: String) throws -> BenchmarkWallet { try BenchmarkWallet("\(directory)/\(name)") }

    /// A wallet that has fetched the intents.
    private func open(_ name: String, knowing intents: [BenchmarkIntent]) async throws -> (Wallet, [Terms]) {
        guard let address = URL(string: api) else { throw ValidationError("--api takes an address") }
        let wallet = try await files(name).open(
            http: CurlTransport(), at: PlatformEndpoints(api: address, auth: address), as: Customer())
        var terms: [Terms] = []
        for intent in intents {
            guard let id = IntentID(intent.id) else { throw BareFailure("\(intent.id) is no id") }
            terms.append(try await wallet.intents.fetch(id).terms)
        }
        return (wallet, terms)
    }
}
