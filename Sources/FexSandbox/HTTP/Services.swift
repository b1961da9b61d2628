import FexValues
import Foundation
import QRCode
import Synchronization

/// The store, clock and documents that all routes share.
final class Services: Sendable {
    let store: Store
    let authority: TokenAuthority
    let clock: SandboxClock
    let entropy: Entropy
    let faults: FaultInjector
    let documents: IntentDocument
    /// Where webhooks may go.
    let webhookDestinations: WebhookDestinations
    /// Lets new wallets in at the event server.
    let eventAdmission = EventAdmission()
    /// Where clients find the sandbox; known once the port is bound.
    private let origin = Mutex("")

    init(
        store: Store, authority: TokenAuthority, clock: SandboxClock, entropy: Entropy, faults: FaultInjector,
        documents: IntentDocument, webhookDestinations: WebhookDestinations = .loopback
    ) {
        self.webhookDestinations = webhookDestinations
        self.store = store
        self.authority = authority
        self.clock = clock
        self.entropy = entropy
        self.faults = faults
        self.documents = documents
    }

    /// The address of the sandbox without a path: `http://127.0.0.1:8080`.
    var api: String { origin.withLock { $0 } }

    /// The address of the identity provider.
    var auth: String { "\(api)/auth" }

    /// The address of the realm, which is also the issuer of its tokens.
    var issuer: String { "\(auth)/realms/payment-platform" }

    /// Says where the sandbox has been bound.
    func bind(to api: String) { origin.withLock { $0 = api } }

    /// The image of an intent's code as a data URL, or `nil` where the text is too long for a code.
    func draw(_ intent: Intent) -> String? {
        guard let code = try? QRCode(text: documents.qrForm.text(of: intent)) else { return nil }
        return "data:image/png;base64,\(code.png(scale: 4).base64EncodedString())"
    }
}

extension Services {
    /// Moves the sandbox's time forward, and does what falls due.
    func advanceClock(seconds: Int64) async throws {
        let total = clock.advance(milliseconds: seconds * 1000)
        try await store.transaction { try $0.save(String(total), as: .clockAdvance) }
    }
}
