public import FexValues
public import Foundation

/// Makes the words of a notification of what a push brought, without the database: for an extension that has seconds, little
/// memory, and perhaps a device that is locked.
///
/// ```swift
/// let reader = NotificationReader(handingOverIn: sharedFolder)
/// let words = reader.read(payload)
/// content.title = words.title
/// content.body = words.body
/// ```
///
/// A payload is a hint, not a fact: anybody who can send a push can write one. So the words say who is said to ask for how much,
/// nothing is answered by them, and the app shows what the platform says. The payload is left in a folder for the app, which takes
/// it in by ``Approvals/takeHandedOver(in:)``.
public struct NotificationReader: Sendable {
    private let folder: HandOverFolder?
    private let locale: Locale
    private let sentences: NotificationSentences

    /// A reader.
    ///
    /// - Parameters:
    ///   - folder: Where payloads are left for the app, such as one in the container of their app group; `nil`: nowhere.
    ///   - locale: How amounts are written.
    ///   - sentences: The words; English by default.
    public init(
        handingOverIn folder: URL? = nil, locale: Locale = .current, sentences: NotificationSentences = .english
    ) {
        self.folder = folder.map { HandOverFolder($0) }
        self.locale = locale
        self.sentences = sentences
    }

    /// The words for a payload; and leaves it for the app, durably, where it tells of a request.
    ///
    /// Whatever the payload is, there are words: neutral ones for what can't be read. Where it can't be left, since the disk or
    /// the folder is full, nothing is lost by it: the change feed brings the request.
    ///
    /// - Parameter payload: The platform's JSON, at most 64 KB of it.
    public func read(_ payload: Data) -> NotificationWords {
        guard let claim = try? RequestClaim(payload) else {
            return NotificationWords(title: sentences.title, body: sentences.neutral, intent: nil)
        }
        folder?.leave(payload)
        let amount = claim.amount.formatted(locale: locale)
        let body = claim.merchant.map { sentences.request($0, amount) } ?? sentences.namelessRequest(amount)
        return NotificationWords(title: sentences.title, body: body, intent: claim.intent)
    }
}

/// What a notification says.
public struct NotificationWords: Hashable, Sendable {
    /// The line above: the same for all.
    public let title: String
    /// One or two sentences; text from outside in them has been made safe, and is in quotation marks.
    public let body: String
    /// The request that it is said to be about, to open the app with; `nil` for neutral words.
    public let intent: IntentID?
}

/// The sentences of which notifications are made, in one language. All of them say that the app has to be opened to see what is so.
public struct NotificationSentences: Sendable {
    /// The line above: that it is about the wallet.
    public var title: String
    /// For a request, by the merchant's name in quotation marks and the amount.
    public var request: @Sendable (_ merchant: String, _ amount: String) -> String
    /// For a request of a merchant without a name that can be shown, by the amount.
    public var namelessRequest: @Sendable (_ amount: String) -> String
    /// For all else.
    public var neutral: String

    /// The sentences of a language.
    public init(
        title: String, request: @escaping @Sendable (_ merchant: String, _ amount: String) -> String,
        namelessRequest: @escaping @Sendable (_ amount: String) -> String, neutral: String
    ) {
        self.title = title
        self.request = request
        self.namelessRequest = namelessRequest
        self.neutral = neutral
    }

    /// English.
    public static let english = NotificationSentences(
        title: "Wallet",
        request: { "\($0) seems to ask for \($1). Open the wallet to check and to answer." },
        namelessRequest: { "Somebody seems to ask for \($0). Open the wallet to check and to answer." },
        neutral: "There may be news. Open the wallet to see.")
}

/// What a payload claims of a request, as far as words are made of it.
private struct RequestClaim {
    let intent: IntentID
    let amount: Money
    /// In quotation marks, fit to be shown; `nil` where there is nothing to see in it.
    let merchant: String?

    init(_ payload: Data) throws {
        let hint = try ApprovalHint(payload: payload)
        guard let amount = hint.amount, amount.minorUnits > 0 else {
            throw HintRefusal(kind: .unreadable, why: "amount")
        }
        intent = hint.intent
        self.amount = amount
        let name = PlainText.clean(try JSON(parsing: payload)["merchant_name"]?.stringValue ?? "", limit: 60)
        merchant = PlainText.isVisible(name) ? PlainText.quoted(name, limit: 60) : nil
    }
}
