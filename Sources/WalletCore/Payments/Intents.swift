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
    /// - Throws: ``CodeError`` with ``CodeError/Code-swift.enum/otherSystem(_:)``, before anything is sent, where the id is a
    ///   private key or another code of another system; ``PlatformError``, with status 404 where there is no such intent.
    public func fetch(_ id: IntentID) async throws -> PaymentIntent {
        if let other = id.otherSystem { throw CodeError(.otherSystem(other)) }
        let intent = try await calls.fetchIntent(id)
        try await store.save(intent, at: time.now())
        return intent
    }

    /// The intent as it was when last seen, from the device; `nil` if it never was.
    public func load(_ id: IntentID) async throws -> PaymentIntent? {
        try await store.loadIntent(id)
    }

    /// Fetches the intent that a merchant's code names, and compares the two.
    ///
    /// - Throws: ``DecisionError/codeDiffers(_:)`` where the code says otherwise than the platform; ``PlatformError``.
    public func check(_ code: MerchantCode) async throws -> CheckedCode {
        try CheckedCode(code: code, intent: try await fetch(code.intent))
    }
}
