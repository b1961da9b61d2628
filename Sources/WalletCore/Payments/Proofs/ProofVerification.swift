public import FexValues

/// What came of checking a proof.
public struct ProofVerification: Hashable, Sendable {
    /// Why it does not hold; `nil` where it does.
    public var problem: ProofProblem?
    /// The device whose key was found to have signed; `nil` where none was.
    public var device: DeviceID?
    /// When that key was revoked; `nil` where it wasn't.
    ///
    /// A signature alone doesn't tell whether it was made before: its time is what the signer wrote.
    public var revokedAt: Timestamp?
    /// What was signed; `nil` unless the proof holds.
    public var claims: ProofClaims?

    /// Whether a device of the wallet has signed all that the file says.
    public var isVerified: Bool { problem == nil }
}

/// What a device signs to make a decision.
public struct ProofClaims: Hashable, Sendable {
    /// The intent, amount and merchant that the person saw.
    public var terms: Terms
    /// Whose decision it is.
    public var wallet: WalletID
    /// Whether it is a yes or a no, and to what.
    public var decision: DecisionKind
    /// When it was signed, by the signer's word; whole seconds.
    public var issuedAt: Timestamp
    /// The decision's key on the wire.
    public var idempotencyKey: IdempotencyKey

    /// The claims as the signature has them.
    public var document: JSON {
        [
            "intent": .string(terms.intent.rawValue), "wallet": .string(wallet.rawValue),
            "decision": .string(decision.rawValue), "amount": .string(terms.amount.decimalString),
            "currency": .string(terms.amount.currency.code), "merchant": .string(terms.merchant.rawValue),
            "iat": .integer(issuedAt.milliseconds / 1000), "jti": .string(idempotencyKey.rawValue),
        ]
    }

    private static let names = ["intent", "wallet", "decision", "amount", "currency", "merchant", "iat", "jti"]

    /// - Throws: The problem that names the claim: each stands once, there is no other, and each is in the form in which the
    ///   wallet writes it.
    init(_ payload: JSONObject) throws(ProofProblem) {
        for member in payload.members where !Self.names.contains(member.name) { throw .claim(member.name) }
        for name in Self.names {
            guard payload.count(of: name) < 2 else { throw .repeated(name) }
            guard payload.count(of: name) == 1 else { throw .claim(name) }
        }
        func text<Value>(_ name: String, _ read: (String) -> Value?) throws(ProofProblem) -> Value {
            guard let value = payload[name]?.stringValue.flatMap(read) else { throw .claim(name) }
            return value
        }
        let currency = try text("currency") { try? Currency($0) }
        let amount = try text("amount") { digits in
            (try? Money(digits: digits, currency: currency)).flatMap { $0.decimalString == digits ? $0 : nil }
        }
        terms = Terms(
            intent: try text("intent") { IntentID($0) }, amount: amount,
            merchant: try text("merchant") { MerchantID($0) })
        wallet = try text("wallet") { WalletID($0) }
        decision = try text("decision") { DecisionKind(rawValue: $0) }
        idempotencyKey = try text("jti") { IdempotencyKey($0) }
        guard let seconds = payload["iat"]?.integerValue, (0..<1 << 40).contains(seconds) else { throw .claim("iat") }
        issuedAt = Timestamp(milliseconds: Int64(seconds) * 1000)
    }
}

/// Why a proof does not hold.
public struct ProofProblem: Error, Hashable, Sendable {
    /// A name for programs, in snake case: `high_s`.
    public let code: String
    /// The member that is wrong, fit to be shown; `nil` where it is no single one.
    public let member: String?
    /// Why, in English, on one line.
    public let description: String

    private init(_ code: String, _ description: String, member: String? = nil) {
        self.code = code
        self.member = member
        self.description = description
    }

    private static func naming(_ name: String, _ code: String, _ description: (String) -> String) -> ProofProblem {
        let shown = PlainText.clean(name, limit: 40)
        return ProofProblem(code, description("\"\(shown)\""), member: shown)
    }

    static let malformed = ProofProblem("malformed", "its proof is no compact JSON Web Signature")
    static let algorithm = ProofProblem(
        "wrong_algorithm", "its header asks for another algorithm than ES256", member: "alg")
    static let earlierVersion = ProofProblem(
        "earlier_version",
        "it was signed by an earlier version, whose signatures don't say that they are decisions (\"typ\" is JWT)",
        member: "typ")
    static let type = ProofProblem("wrong_type", "its header doesn't say that it is a decision", member: "typ")
    static let keyUnknown = ProofProblem(
        "unknown_key", "no key that is to be believed is that of its device", member: "kid")
    static let highS = ProofProblem("high_s", "its signature is in the form of the two that does not count")
    static let signature = ProofProblem(
        "wrong_signature", "its signature is not that of its device's key over what it says")
    static let future = ProofProblem(
        "from_the_future", "it says that it was signed at a time that is yet to come", member: "iat")
    static let otherWallet = ProofProblem("other_wallet", "it is about another wallet", member: "wallet")

    static func header(_ name: String) -> ProofProblem {
        naming(name, "wrong_header") { "its header's \($0) is missing, or must not be there" }
    }
    static func repeated(_ name: String) -> ProofProblem {
        naming(name, "repeated_member") { "\($0) stands in it more than once" }
    }
    static func claim(_ name: String) -> ProofProblem {
        naming(name, "wrong_claim") { "what was signed has no \($0), must not have it, or has it in another form" }
    }
    static func differs(_ name: String) -> ProofProblem {
        naming(name, "differs") { "the file's \($0) is not what was signed" }
    }
}
