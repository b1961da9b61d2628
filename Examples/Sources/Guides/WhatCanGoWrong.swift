import FexValues
import WalletCore

func sentence(for state: DecisionState) -> String {
    switch state {
    case .confirmed: "Done."
    case .refused: "Refused. No money moved."
    case .lapsed: "Too late. No money moved."
    case .cancelled: "Taken back. No money moved."
    case .recorded, .waiting: "Waiting for the network. Nothing was sent yet."
    case .sending, .unknown: "Not known yet. Don't pay again: the wallet asks until it knows."
    }
}

func advice(on error: any WalletError) -> String {
    switch (error.retry, error.money) {
    case (.never, _): error.description
    case (.later, _): "\(error.description). Try again later."
    case (.sameKey, _): "\(error.description). Say the same again: it counts once."
    }
}

func sendWhatWaits(in wallet: Wallet) async throws {
    let report = try await wallet.sync.once()
    print("\(report.transactions) new in the history")
}
