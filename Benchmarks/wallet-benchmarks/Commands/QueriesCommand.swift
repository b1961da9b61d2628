import ArgumentParser
import FexValues
import Foundation
import WalletCore

/// `queries`: reads of one wallet's history, measured.
struct QueriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queries", abstract: "Measure reads of a wallet made by `make`; prints JSON.")

    @Option(help: "How many transactions there are.") var rows: Int
    @Option(help: "How often each operation is run.") var iterations = 500
    @Option(help: "Only operations whose name begins so.") var only = ""
    @Argument(help: "The directory of the wallet.") var directory: String

    func run() async throws {
        let measured = try await QueriesCommand.measure(
            rows: rows, iterations: iterations, only: only, in: BenchmarkWallet(directory))
        print(measured.text)
    }

    /// Measures on a thread of the pool: who asks from the main thread waits for the way there and back as well.
    @concurrent
    private static func measure(
        rows: Int, iterations: Int, only: String, in files: BenchmarkWallet
    ) async throws -> JSON {
        let history = GeneratedHistory(count: rows)
        let wallet = try await files.open(
            http: GeneratedTransport(platform: GeneratedPlatform(history: history)),
            at: GeneratedTransport.endpoints, as: Customer())
        let database = try BareDatabase(path: files.database.path)
        var documents: [JSON] = []
        for operation in try await Operations(history: history).all(wallet: wallet, database: database)
        where operation.name.hasPrefix(only) {
            let measurement = try await Measurement(
                operation, wallet: wallet, database: database, iterations: iterations)
            documents.append(measurement.document)
        }
        return [
            "rows": .integer(rows), "iterations": .integer(iterations), "operations": .array(documents),
        ]
    }
}
