import FexHTTP
public import FexValues
import Foundation
import PaymentCodes
public import WalletCore

/// A wallet for previews and tests of an app: a customer is logged in, and what stands around the wallet is in memory and does
/// as it is told. No socket is opened. The database is a file, as in an app; it goes when the preview does.
///
/// ```swift
/// let preview = try await Wallet.preview()
/// let shell = MyWalletModel(preview.wallet)
/// let request = try await preview.ask(.init("Corner Coffee", "3.70", "Flat white"))
/// preview.fates.plan("/approve", .lostAfter)  // paid, but the answer never arrives
/// await shell.approve(request)
/// #expect(shell.message == "The outcome is not known yet.")
/// ```
public final class WalletPreview: Sendable {
    /// The wallet, its customer logged in.
    public let wallet: Wallet
    /// What it is made of: open another with it as a restart of the app would.
    public let configuration: WalletConfiguration
    /// The platform: what it was asked, what it holds, what it is to do.
    public let platform: ModelPlatform
    /// What becomes of the next calls to the platform; by default all are served.
    public let fates: PlannedFates
    /// The event server.
    public let events: InMemoryEventBroker
    /// The time, which stands until it is moved.
    public let clock: DrivenClock
    private let folder: TemporaryFolder

    fileprivate init(_ scene: WalletScene) async throws {
        let length = Self.interval * max(scene.payments.count - 1, 0) + .seconds(3600)
        clock = DrivenClock(scene.now.advanced(by: .zero - length))
        fates = PlannedFates()
        platform = ModelPlatform(clock: clock, fate: { [fates] in fates.next(for: $0) })
        events = InMemoryEventBroker()
        folder = try TemporaryFolder()
        var configuration = WalletConfiguration(
            endpoints: PlatformEndpoints(
                api: HTTPAddress("https://platform.test")!, auth: HTTPAddress("https://platform.test/auth")!),
            database: folder.url.appending(path: "wallet.sqlite"), secrets: InMemorySecretStore(), http: platform,
            events: InMemoryEventTransport(broker: events))
        configuration.clock = clock
        self.configuration = configuration
        wallet = try await Wallet(configuration)
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "Preview")
        for (number, purchase) in scene.payments.enumerated() {
            if number > 0 { clock.advance(by: Self.interval) }
            let code = try code(for: purchase)
            guard case .merchant(let code) = try ScannedCode(parsing: code) else { continue }
            _ = try await wallet.decisions.decide(.pay, on: wallet.intents.check(code).terms, consent: .preauthorised)
        }
        clock.advance(by: .seconds(3600))
        for purchase in scene.requests { try await ask(purchase) }
        _ = try await wallet.sync.once()
    }

    /// How long ago each payment was before the next: more than a day, so that they fall on different hours.
    private static let interval: Duration = .seconds(27 * 3600)

    /// Has a merchant's till ask for money: the request is in the inbox when this returns, as if a push had brought it.
    ///
    /// - Returns: What to approve or decline, for five minutes.
    @discardableResult
    public func ask(_ purchase: WalletScene.Purchase) async throws -> IntentID {
        let intent = add(purchase, target: ModelPlatform.wallet)
        let event = requestEvent(intent.rawValue, amount: purchase.amount, merchant: merchantID(of: purchase))
        _ = try await wallet.approvals.receive(push: event)
        return intent
    }

    /// A merchant's code as a camera reads it, which can be paid for five minutes.
    public func code(for purchase: WalletScene.Purchase) throws -> String {
        let intent = add(purchase, target: nil)
        return "fex://pay?intent=\(intent)&amount=\(purchase.amount)&currency=USD&merchant=\(merchantID(of: purchase))"
    }

    private func add(_ purchase: WalletScene.Purchase, target: WalletID?) -> IntentID {
        platform.addIntent(
            "pi_\(platform.intentCount + 1)", amount: purchase.amount, merchant: merchantID(of: purchase),
            merchantName: purchase.merchant, summary: purchase.summary, target: target)
    }

    /// One id a name, as merchants have.
    private func merchantID(of purchase: WalletScene.Purchase) -> String {
        let letters = purchase.merchant.lowercased().unicodeScalars.map { scalar in
            scalar.isASCII && scalar.properties.isAlphabetic ? String(scalar) : "_"
        }
        return "mer_" + letters.joined()
    }
}

extension Wallet {
    /// A wallet for previews and tests of an app, with believable merchants, requests and history.
    ///
    /// - Parameter scene: What it holds; by default some payments and one request.
    /// - Throws: What the wallet throws where the temporary folder can't be written.
    public static func preview(_ scene: WalletScene = .everyday) async throws -> WalletPreview {
        try await WalletPreview(scene)
    }
}

/// A folder that is there for as long as this value.
private final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "fex-preview-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}
