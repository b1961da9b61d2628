import FexValues
import WalletCore
import WalletDocuments

/// What a wallet can be asked: a name, the parameters that it takes, and what answers it.
struct Method: Sendable {
    /// A result, and what a decision has made of the money.
    struct Answer {
        var document: JSON
        var money = MoneyEffect.notMoved
    }

    let name: String
    private let parameters: [String]
    private let body: @Sendable (Parameters, MessageContext) async throws -> Answer

    /// A method that moves no money.
    init(
        _ name: String, _ parameters: String...,
        body: @escaping @Sendable (Parameters, MessageContext) async throws -> JSON
    ) {
        self.init(name, parameters, body: body)
    }

    /// A method that moves no money.
    init(
        _ name: String, _ parameters: [String],
        body: @escaping @Sendable (Parameters, MessageContext) async throws -> JSON
    ) {
        self.name = name
        self.parameters = parameters
        self.body = { Answer(document: try await body($0, $1)) }
    }

    /// A method that makes a decision, or goes on with one.
    init(
        deciding name: String, _ parameters: String...,
        body: @escaping @Sendable (Parameters, MessageContext) async throws -> DecisionResult
    ) {
        self.name = name
        self.parameters = parameters
        self.body = {
            let result = try await body($0, $1)
            return Answer(document: result.outputDocument, money: result.moneyInTheEnd)
        }
    }

    func answer(_ params: JSON, in context: MessageContext) async throws -> Answer {
        try await body(Parameters(params, allowing: parameters), context)
    }

    /// Every method but `close`, `cancel`, `subscribe` and `unsubscribe`, which are the conversation's own.
    static let all: [String: Method] = {
        let methods = account + decisions + requests + ledger + listening + PureMethod.all.map(\.method)
        return Dictionary(uniqueKeysWithValues: methods.map { ($0.name, $0) })
    }()
}
