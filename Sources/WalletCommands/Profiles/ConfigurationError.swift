import DurableFiles
import FexValues
import PaymentCodes
import TerminalProgram
import WalletCore

/// Why the client is not set up for what it was asked.
enum ConfigurationError: WalletError, Hashable {
    case noProfile(String)
    case profileExists(String)
    case badProfileName(String)
    case badAddress(option: String, String)
    /// An address to which nothing would be encrypted, and which is not this machine's.
    case insecureAddress(option: String, String)
    /// A file of the configuration that holds something else.
    case unreadable(path: String)
    /// What the system does not let this process read.
    case notReadable(path: String, why: String)
    /// What the system does not let this process write.
    case notWritable(path: String, why: String)
    /// What is not this user's alone.
    case notPrivate(FileExposure)
    case queuedDecisions(profile: String, count: Int)
    /// Secrets that are kept in another way than was asked for.
    case secretsElsewhere(String, SecretKeeping)

    /// What the system keeps from this process, or what is not this user's alone.
    init(_ exposure: FileExposure) {
        if case .hidden(let failure) = exposure.reason {
            self = .notReadable(path: exposure.path, why: failure.description)
        } else {
            self = .notPrivate(exposure)
        }
    }

    var code: String {
        switch self {
        case .noProfile: "no_profile"
        case .profileExists: "profile_exists"
        case .badProfileName: "bad_profile_name"
        case .badAddress: "bad_address"
        case .insecureAddress: "insecure_address"
        case .unreadable: "configuration_unreadable"
        case .notReadable: "configuration_not_readable"
        case .notWritable: "configuration_not_writable"
        case .notPrivate: "home_not_private"
        case .queuedDecisions: "queued_decisions"
        case .secretsElsewhere: "secrets_elsewhere"
        }
    }

    /// Whether the system stands in the way, and not what is configured.
    var isOfTheSystem: Bool {
        switch self {
        case .notReadable, .notWritable, .notPrivate: true
        default: false
        }
    }

    var retry: RetryAdvice { isOfTheSystem ? .later : .never }
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
            "\(option): \(Quotation(text)) is not an address with a scheme, a host, and at most a port and a path"
        case .insecureAddress(let option, let text):
            "\(option): what is sent to \(Quotation(text)) can be read and changed on the way. Take https (tls for events), an "
                + "address of this machine (127.0.0.1 or [::1]; names are whatever a resolver says), or add the profile with "
                + "--insecure"
        case .unreadable(let path): "the configuration is not one: \(PlainText.clean(path, limit: 1024))"
        case .notReadable(let path, let why): "\(PlainText.clean(path, limit: 1024)) can't be read: \(why)"
        case .notWritable(let path, let why): "\(PlainText.clean(path, limit: 1024)) can't be written: \(why)"
        case .notPrivate(let exposure): exposure.sentence
        case .queuedDecisions(let profile, let count):
            "the profile \"\(profile)\" holds \(count) decision(s) whose outcome is open: `sync` first"
        case .secretsElsewhere(let name, let keeping):
            "the profile \"\(name)\" keeps its secrets otherwise (\(keeping.rawValue)): `secrets move` moves them"
        }
    }
}

extension FileExposure {
    /// What is wrong with which file or folder, and how to mend it.
    fileprivate var sentence: String {
        let path = PlainText.clean(path, limit: 1024)
        return switch reason {
        case .link: "\(path) is a symbolic link, which leads where others may decide: name the place itself"
        case .noFolder: "\(path) is no folder"
        case .noFile: "\(path) is no file"
        case .foreign(let owner): "\(path) belongs to another user (\(owner)), who could put anything in it"
        case .writable:
            "\(path) can be written by others: look at what is there, and then `chmod go-w` it"
        case .replaceable(let folder):
            "\(path) is not safe: anybody can put another in its place, since everybody may write \(PlainText.clean(folder, limit: 1024))"
        case .hidden(let failure): "\(path) can't be read: \(failure)"
        }
    }
}
