extension PaymentIntent {
    /// A sentence on who decided on it, and when, told to the owner of a wallet.
    func whoWasFirst(toldTo wallet: WalletID?) -> String {
        let when = (completedAt ?? updatedAt).map { " at \($0)" } ?? ""
        switch status {
        case .completed, .refunded:
            let isOurs = completedBy.map { $0 == wallet } ?? (targetWallet != nil && targetWallet == wallet)
            return "\(isOurs ? "another of your devices" : "another wallet") paid it first\(when)"
        case .declined: return "another of your devices declined it first\(when)"
        case .cancelled: return "the merchant withdrew it first\(when)"
        default: return "something else was decided first (\(status))"
        }
    }
}
