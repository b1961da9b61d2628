public import FexValues

/// Why a proof could not be exported, or a file is no proof that could be checked.
public struct ProofError: WalletError, Hashable, Sendable {
    private enum Reason: String, Hashable, Sendable {
        case noDecision = "not_found"
        case notStored = "no_proof"
        case notADocument = "not_a_proof"
        case notAKeySet = "not_a_key_set"
    }

    private let reason: Reason

    private init(_ reason: Reason) { self.reason = reason }

    /// This device has made no such decision.
    public static let noDecision = ProofError(.noDecision)
    /// What is stored of the decision holds no signature.
    public static let notStored = ProofError(.notStored)
    /// What was given is no exported proof.
    public static let notADocument = ProofError(.notADocument)
    /// What was given is no set of keys.
    public static let notAKeySet = ProofError(.notAKeySet)

    /// A name for each of the errors above, in snake case: `not_a_proof`.
    public var code: String { reason.rawValue }
    /// Never: it depends on nothing that changes.
    public var retry: RetryAdvice { .never }
    /// None has: something was read.
    public var money: MoneyEffect { .notMoved }
    /// What is wrong, in English, on one line.
    public var description: String {
        switch reason {
        case .noDecision: "this device has made no such decision"
        case .notStored: "what is stored of that decision holds no signature"
        case .notADocument: "this is no proof that `proof export` wrote: not one JSON object with its members"
        case .notAKeySet: "this is no JSON Web Key Set with a key of P-256 that has a \"kid\""
        }
    }
}
