public import FexValues
public import PaymentCodes

/// Payment intents: fetched from the platform, kept on the device, compared with codes.
public struct Intents: Sendable {
    private let calls: any IntentCalls
    private let store: WalletStore
    private let time: ServerTime

    init(calls: any IntentCalls, store: WalletStore, time: ServerTime) {
        self.calls = calls
        self.store = store
        self.time = time
    }

    /// The intent as it is at the platform now; it is kept on the device when this returns. Needs no login.
    ///
    /// - Throws: ``/PaymentCodes/CodeError`` with ``/PaymentCodes/CodeError/otherSystem``, before anything is sent, where the
    ///   id is a private key or another code of another system; ``PlatformError``, with status 404 where there is no such intent;
    ///   ``StorageError`` where it can't be kept; `CancellationError`.
    public func fetch(_ id: IntentID) async throws -> PaymentIntent {
        if let other = id.otherSystem { throw CodeError(.otherSystem(other)) }
        return try await store.gate.call {
            let intent = try await calls.fetchIntent(id)
            guard try await store.save(intent, at: time.now()),
                let third = try await ThirdAnswer(calls: calls, time: time).ask(id)
            else { return intent }
            try await store.save(third, isThird: true, at: time.now())
            return third
        }
    }

    /// The intent as it is now; as it was last seen, and why, where the platform is out of reach, or where this device has a
    /// decision on it: what became of that is told whoever refuses the question.
    ///
    /// - Throws: As ``fetch(_:)`` where it was never seen on this device either.
    package func fetchOrLoad(_ id: IntentID) async throws -> (intent: PaymentIntent, failure: PlatformError?) {
        do { return (try await fetch(id), nil) } catch let error as PlatformError {
            let stands = try await store.loadLatestDecision(on: id)?.state.stands == true
            guard error.isOutOfReach || stands, let seen = try await load(id) else { throw error }
            return (seen, error)
        }
    }

    /// The intent as it was when last seen, from the device; `nil` if it never was.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public func load(_ id: IntentID) async throws -> PaymentIntent? {
        try await store.loadIntent(id)
    }

    /// Fetches the intent that a merchant's code names, and compares the two.
    ///
    /// - Throws: ``DecisionError/codeDiffers(_:)`` where the code says otherwise than the platform; else as ``fetch(_:)``.
    public func check(_ code: MerchantCode) async throws -> CheckedCode {
        try CheckedCode(code: code, intent: try await fetch(code.intent))
    }
}

/// A merchant's code beside the intent it names, which says nothing else: there is none for a code that differs.
public struct CheckedCode: Hashable, Sendable {
    /// What was scanned.
    public let code: MerchantCode
    /// What the platform says.
    public let intent: PaymentIntent

    /// Compares a code with its intent. What the code doesn't say can't differ.
    ///
    /// - Throws: ``DecisionError/codeDiffers(_:)`` naming each difference.
    public init(code: MerchantCode, intent: PaymentIntent) throws(DecisionError) {
        let mismatch = CodeMismatch(code: code, intent: intent)
        guard mismatch.differences.isEmpty else { throw .codeDiffers(mismatch) }
        self.code = code
        self.intent = intent
    }

    /// What the person says yes or no to.
    public var terms: Terms { intent.terms }
}

/// A merchant's code that says otherwise than the platform does about the intent it names; nothing is paid by it.
public struct CodeMismatch: Hashable, Sendable {
    /// What was scanned.
    public let code: MerchantCode
    /// What the platform says, to be shown beside it.
    public let intent: PaymentIntent
    /// Where the two differ: at least one place.
    public let differences: [Difference]

    /// One difference, both values fit to be shown.
    public struct Difference: Hashable, Sendable {
        /// What differs: `intent`, `amount`, `currency` or `merchant`.
        public var field: String
        /// What stands in the code, fit to be shown.
        public var inCode: String
        /// What the platform has instead, fit to be shown.
        public var atPlatform: String
    }

    init(code: MerchantCode, intent: PaymentIntent) {
        self.code = code
        self.intent = intent
        var differences: [Difference] = []
        func compare(_ field: String, _ inCode: String, _ atPlatform: String) {
            guard inCode != atPlatform else { return }
            differences.append(Difference(field: field, inCode: inCode, atPlatform: atPlatform))
        }
        compare("intent", code.intent.rawValue, intent.id.rawValue)
        if let amount = code.amount {
            let isSameCurrency = amount.currency == intent.amount.currency
            compare(isSameCurrency ? "amount" : "currency", amount.description, intent.amount.description)
        }
        if let merchant = code.merchant { compare("merchant", merchant.rawValue, intent.merchantID.rawValue) }
        self.differences = differences
    }
}
