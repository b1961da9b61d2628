import WalletCore

/// Why the client is not set up for what it was asked.
enum ConfigurationError: WalletError, Hashable {
    case noProfile(String)
    case profileExists(String)
    case badProfileName(String)
    case badAddress(option: String, String)
    case unreadable(path: String)
    case notWritable(path: String)
    case queuedDecisions(profile: String, count: Int)

    var code: String {
        switch self {
        case .noProfile: "no_profile"
        case .profileExists: "profile_exists"
        case .badProfileName: "bad_profile_name"
        case .badAddress: "bad_address"
        case .unreadable: "configuration_unreadable"
        case .notWritable: "configuration_not_writable"
        case .queuedDecisions: "queued_decisions"
        }
    }

    var retry: RetryAdvice { .never }
    var money: MoneyEffect { .notMoved }

    var description: String {
        switch self {
        case .noProfile(let name):
            "there is no profile \"\(PlainText.clean(name, limit: 64))\": make it with "
                + "`wallet-cli profile add \(PlainText.clean(name, limit: 64)) --api URL --auth URL --nats URL`"
        case .profileExists(let name):
            "the profile \"\(name)\" exists with other addresses: remove it first, or take another name"
        case .badProfileName(let name):
            "\"\(PlainText.clean(name, limit: 64))\" can't name a profile: letters, digits, `.`, `_`, `-`, at most 64"
        case .badAddress(let option, let text):
            "\(option): \"\(PlainText.clean(text, limit: 80))\" is not an address with a scheme and a host"
        case .unreadable(let path): "the configuration can't be read: \(PlainText.clean(path))"
        case .notWritable(let path): "the configuration can't be written: \(PlainText.clean(path))"
        case .queuedDecisions(let profile, let count):
            "the profile \"\(profile)\" holds \(count) decision(s) whose outcome is open: `sync` first"
        }
    }
}
