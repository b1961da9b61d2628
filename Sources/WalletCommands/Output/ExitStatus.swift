import ArgumentParser
import FexHTTP
import FexValues
import PaymentCodes
import TerminalProgram
import WalletCore
import WalletPassphrase

/// How a command ends, for scripts (the numbers are those of sysexits.h where it has one).
enum ExitStatus: Int32, Sendable {
    case done = 0
    /// Refused by the platform, by its state, or by the person.
    case refused = 1
    case usage = 64
    /// The code or file can't be used.
    case badData = 65
    /// The platform is out of reach, and nothing was queued.
    case unavailable = 69
    case internalFault = 70
    /// The home can't be read or written as needed.
    case homeUnusable = 73
    /// Standard output could not be written.
    case notWritten = 74
    /// Queued, will be sent later.
    case queued = 75
    /// Not logged in, not allowed, or locked.
    case noPermission = 77
    case configuration = 78
}

extension ExitStatus {
    /// How a command ends that failed with an error.
    init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure.status
        case is UsageError: self = .usage
        case is CodeError, is MoneyError: self = .badData
        case let error as ProofError: self = error == .noDecision ? .refused : .badData
        case let error as DecisionError: self = ExitStatus(error)
        case let error as PlatformError: self = ExitStatus(error)
        case let error as SyncError: self = ExitStatus(error.firstFailure)
        case is SessionError: self = .noPermission
        case is EventTransportError: self = .unavailable
        case let error as StorageError: self = ExitStatus(error)
        case let error as SecretStoreError: self = error.isLocked ? .noPermission : .homeUnusable
        case let error as VaultError: self = ExitStatus(error)
        case is DeviceSignerError: self = .noPermission
        case let error as ConfigurationError: self = error.isOfTheSystem ? .homeUnusable : .configuration
        case is HTTPAddressError, is InsecureAddress: self = .configuration
        case let error as NotUTF8: self = error.isArgument ? .usage : .configuration
        default: self = .internalFault
        }
    }

    private init(_ error: DecisionError) {
        switch error.reason {
        case .codeDiffers, .termsChanged: self = .badData
        case .otherWallet: self = .noPermission
        default: self = .refused
        }
    }

    private init(_ error: VaultError) {
        self =
            switch error.reason {
            case .wrongPassphrase: .noPermission
            case .noPassphrase: .usage
            default: .homeUnusable
            }
    }

    private init(_ error: StorageError) {
        self =
            switch error.cause.kind {
            case .newerVersion: .configuration
            case .damage, .full, .notReadable, .notWritable, .exposed, .busy: .homeUnusable
            case .other: .internalFault
            }
    }

    private init(_ error: PlatformError) {
        if case .unknownCurrency = error.reason {
            self = .refused
            return
        }
        guard case .refused(let refusal) = error.reason else {
            if case .transport(let transport) = error.reason, transport.reason == .invalidCall {
                self = .configuration
            } else {
                self = .unavailable
            }
            return
        }
        self = [401, 403].contains(refusal.status) ? .noPermission : .refused
    }

    /// How a command ends that made a decision.
    init(_ state: DecisionState) {
        switch state {
        case .confirmed: self = .done
        case .refused, .lapsed, .cancelled: self = .refused
        case .recorded, .sending, .waiting, .unknown: self = .queued
        }
    }
}

/// A command that can't be done for a reason of the command's own.
struct CommandFailure: WalletError {
    var status: ExitStatus
    var code: String
    var description: String
    var retry: RetryAdvice = .never
    var money: MoneyEffect = .notMoved

    init(_ status: ExitStatus, _ code: String, _ description: String) {
        self.status = status
        self.code = code
        self.description = description
    }
}
