public import FexValues

/// What a wallet for previews and tests of an app holds.
public struct WalletScene: Hashable, Sendable {
    /// Something that a merchant is paid for, or asks to be paid for.
    public struct Purchase: Hashable, Sendable {
        /// The merchant's name.
        public var merchant: String
        /// The amount's digits, in US dollars: `4.50`.
        public var amount: String
        /// What it is for.
        public var summary: String

        /// A purchase.
        public init(_ merchant: String, _ amount: String, _ summary: String) {
            self.merchant = merchant
            self.amount = amount
            self.summary = summary
        }
    }

    /// What the customer has paid, oldest first: the last one an hour ago, each of the others a day and some hours earlier.
    public var payments: [Purchase]
    /// What tills ask for now, oldest first; each can be answered for five minutes.
    public var requests: [Purchase]
    /// What the time is.
    public var now: Timestamp

    /// A scene.
    public init(
        payments: [Purchase] = [], requests: [Purchase] = [], now: Timestamp = Timestamp("2026-03-14T12:30:00Z")!
    ) {
        self.payments = payments
        self.requests = requests
        self.now = now
    }

    /// A customer who has paid a few things and is being asked for another.
    public static let everyday = WalletScene(
        payments: [
            Purchase("City Transport", "2.80", "Single ticket"),
            Purchase("Corner Coffee", "7.40", "Two coffees"),
            Purchase("Book Nook", "18.99", "One paperback"),
            Purchase("Green Grocer", "31.25", "Groceries"),
            Purchase("Corner Coffee", "3.70", "Flat white"),
        ],
        requests: [Purchase("Café Zoë", "12.60", "Lunch of the day")])

    /// A customer who has just logged in for the first time.
    public static let empty = WalletScene()
}
