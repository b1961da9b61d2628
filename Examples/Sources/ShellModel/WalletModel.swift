import FexValues
import Observation
import PaymentCodes
import WalletCore

/// What an app's screens show and do. SwiftUI observes it; nothing in it knows of views.
@MainActor @Observable
public final class WalletModel {
    /// What tills ask for at the moment.
    public private(set) var requests: [ApprovalRequest] = []
    /// What the customer is asked to pay, after a scan.
    public private(set) var checked: CheckedCode?
    /// What there is to say.
    public private(set) var message: String?

    private let wallet: Wallet

    /// The model of a wallet whose customer is logged in.
    public init(_ wallet: Wallet) { self.wallet = wallet }

    /// Reads the inbox; what was said before stays, unless that fails.
    public func refresh() async {
        do { requests = try await wallet.approvals.loadOpen() } catch { message = Self.sentence(for: error) }
    }

    /// Takes a scanned text, and asks the platform what is to be paid.
    public func scan(_ text: String) async {
        checked = nil
        await saying {
            guard case .merchant(let code) = try ScannedCode(parsing: text) else {
                self.message = "This is not a merchant's code."
                return
            }
            self.checked = try await self.wallet.intents.check(code)
        }
    }

    /// The customer has seen amount and merchant, and pays.
    public func pay() async {
        guard let checked else { return }
        await decide(.pay, on: checked.terms)
        self.checked = nil
    }

    /// The customer answers what a till asks.
    public func answer(_ request: ApprovalRequest, with kind: DecisionKind) async {
        await decide(kind, on: request.intent.terms)
        await refresh()
    }

    private func decide(_ kind: DecisionKind, on terms: Terms) async {
        await saying {
            let state = try await self.wallet.decisions.decide(kind, on: terms).decision.state
            self.message = Self.sentence(for: state, kind, terms)
        }
    }

    private static func sentence(for state: DecisionState, _ kind: DecisionKind, _ terms: Terms) -> String {
        switch state {
        case .confirmed: kind == .decline ? "Declined." : "Paid \(terms.amount)."
        case .refused: "Refused. No money moved."
        case .lapsed: "Too late. No money moved."
        case .cancelled: "Taken back. No money moved."
        case .recorded, .waiting: "Waiting for the network. Nothing was sent yet."
        case .sending, .unknown: "Not known yet. Don't pay again: the wallet asks until it knows."
        }
    }

    private func saying(_ body: () async throws -> Void) async {
        message = nil
        do { try await body() } catch { message = Self.sentence(for: error) }
    }

    private static func sentence(for error: any Error) -> String {
        (error as? any WalletError)?.description ?? "\(error)"
    }
}
