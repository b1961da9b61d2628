import ArgumentParser
import FexSandbox
import Foundation
import WalletCore

/// Which till it is, and how it prints.
struct TillOptions: ParsableArguments {
    @Option(help: "The ready document that the sandbox wrote; else $FEX_SANDBOX_READY.")
    var ready: String?

    @Option(help: "The merchant's id, or its place in the ready document.")
    var merchant = "0"

    @Option(help: "The counter's id, or its place in the ready document.")
    var counter: String?

    @Flag(help: "Print one JSON document.")
    var json = false

    /// The till.
    ///
    /// - Parameter defaultCounter: The counter to stand at where none is given.
    func till(defaultCounter: String? = nil) throws(TillError) -> Till {
        return Till(
            try TillCredentials(
                ready: ReadyDocument.load(ready), merchant: merchant, counter: counter ?? defaultCounter))
    }

    /// Runs a till's business, prints the intent that comes of it, and turns failures into exit codes.
    ///
    /// - Parameter isNew: Whether the intent is shown with its code, for a customer to scan.
    func run(
        defaultCounter: String? = nil, isNew: Bool = false, _ business: (Till) async throws -> JSON
    ) async throws {
        do {
            let intent = try await business(try till(defaultCounter: defaultCounter))
            let text = json ? (["payment_intent": intent] as JSON).text : IntentText(intent, withCode: isNew).text
            print(text)
        } catch let error as TillError {
            switch error {
            case .configuration: throw Failure.report(error, Failure.configuration)
            case .unreachable: throw Failure.report(error, Failure.unreachable)
            case .refused, .malformedAnswer: throw Failure.report(error, Failure.refused)
            }
        }
    }
}
