public import ArgumentParser
import FexSandbox
public import FexValues
import Foundation

/// Which till it is, and how it prints.
struct TillOptions: ParsableArguments {
    @Option(help: "The ready document of the sandbox; else $FEX_SANDBOX_READY, else that of the one that started last.")
    var ready: String?

    @Option(help: "The merchant's id, or its place in the ready document.")
    var merchant = "0"

    @Option(help: "The counter's id, or its place in the ready document.")
    var counter: String?

    @Flag(help: "Print one JSON document.")
    var json = false

    /// The ready document.
    func readyDocument() throws(TillError) -> ReadyDocument { try ReadyDocument.load(ready) }

    /// The till.
    ///
    /// - Parameter defaultCounter: The counter to stand at where none is given.
    func till(defaultCounter: String? = nil) throws(TillError) -> Till {
        Till(try TillCredentials(ready: readyDocument(), merchant: merchant, counter: counter ?? defaultCounter))
    }

    /// Runs a till's business and prints the intent that comes of it.
    ///
    /// - Parameters:
    ///   - isNew: Whether the intent is shown with its code, for a customer to scan.
    ///   - money: Whether money moves by it.
    func run(
        defaultCounter: String? = nil, isNew: Bool = false, money: MoneyEffect = .notMoved,
        _ business: (Till) async throws -> JSON
    ) async throws {
        try await reportingFailures {
            let intent = try await business(try till(defaultCounter: defaultCounter))
            let text = json ? (["payment_intent": intent] as JSON).text : IntentText(intent, withCode: isNew).text
            try StandardOutput.write(text, money: money)
        }
    }

    /// Runs a till's business, and turns failures into exit codes.
    func reportingFailures(_ business: () async throws -> Void) async throws {
        do {
            try await business()
        } catch let error as TillError {
            switch error {
            case .configuration: throw Failure.report(error, Failure.configuration)
            case .unreachable: throw Failure.report(error, Failure.unreachable)
            case .refused, .malformedAnswer: throw Failure.report(error, Failure.refused)
            }
        }
    }
}

extension OpaqueID: ExpressibleByArgument {
    /// An id from the command line, or `nil` if the text can't be one.
    public init?(argument: String) {
        // What `jq` prints for what isn't there is no id.
        guard argument != "null" else { return nil }
        self.init(argument)
    }
}
