extension WalletError {
    /// The error's description: what `localizedDescription` shows.
    public var errorDescription: String? { description }

    /// What to do now, by what the error says of money and of another try; in English.
    public var recoverySuggestion: String? {
        switch (retry, money) {
        case (_, .moved): "Money has moved already. Nothing more is to be paid."
        case (.sameKey, _): "It is not known yet whether money has moved. Try the same again: it is never paid twice."
        case (_, .unknown): "It is not known yet whether money has moved. Sync before anything is paid again."
        case (.later, .notMoved): "No money has moved. Try again later."
        case (.never, .notMoved):
            loginCodes.contains(code)
                ? "No money has moved. Log in, and try again."
                : "No money has moved. Trying the same again will not help."
        }
    }
}

extension WalletError {
    /// None: the description says why.
    public var failureReason: String? { nil }

    /// None: there is no help book.
    public var helpAnchor: String? { nil }
}

/// The codes of errors that a login mends.
private let loginCodes: Set<String> = [
    "not_logged_in", "session_ended", "login_expired", "logged_out_meanwhile", "other_login", "device_key_lost",
    "device_removed", "token_key_lost",
]
