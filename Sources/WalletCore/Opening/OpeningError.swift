public import FexValues

/// Why a wallet can't be called, or not be opened: it is closed, or is open already.
///
/// Errors are told apart by their ``code``, or by comparing: `catch OpeningError.closed`.
public struct OpeningError: WalletError, Hashable, Sendable {
    private enum Reason: Hashable {
        case closed
        case alreadyOpen(String)
    }

    private let reason: Reason

    private init(_ reason: Reason) { self.reason = reason }

    /// The wallet was closed, and this call did nothing. What was decided before is in the database.
    public static let closed = OpeningError(.closed)
    /// Another ``Wallet`` of this process was opened in the folder, and is not closed yet.
    public static func alreadyOpen(_ folder: String) -> OpeningError { OpeningError(.alreadyOpen(folder)) }

    /// `closed` or `already_open`.
    public var code: String { reason == .closed ? "closed" : "already_open" }
    /// Never by a wallet that is closed: open another. Later where the other one will be closed.
    public var retry: RetryAdvice { reason == .closed ? .never : .later }
    /// None has: nothing was begun. A call that was in hand when the wallet was closed has ended with its own answer.
    public var money: MoneyEffect { .notMoved }
    /// Which of both it is, in English, on one line.
    public var description: String {
        switch reason {
        case .closed: "the wallet is closed: open it again"
        case .alreadyOpen(let folder): "the wallet in \(PlainText.clean(folder, limit: 1024)) is open already"
        }
    }
}
