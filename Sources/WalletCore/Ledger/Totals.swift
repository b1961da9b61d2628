public import FexValues

/// How much was moved in one month (UTC), in one currency and one direction.
public struct MonthTotal: Identifiable, Hashable, Sendable {
    /// What there is one total of.
    public struct ID: Hashable, Sendable {
        fileprivate var year: Int
        fileprivate var month: Int
        fileprivate var type: TransactionType
        fileprivate var currency: Currency
    }

    /// Its month, currency and direction.
    public var id: ID { ID(year: year, month: month, type: type, currency: amount.currency) }
    /// The year, in UTC.
    public var year: Int
    /// The month of the year, 1 to 12.
    public var month: Int
    /// What was moved: payments, refunds, or whatever the platform will think of.
    public var type: TransactionType
    /// How many completed transactions it were.
    public var count: Int
    /// How much they were together.
    public var amount: Money
}

/// How much was moved between the customer and one merchant, in one currency and one direction.
public struct MerchantTotal: Identifiable, Hashable, Sendable {
    /// What there is one total of.
    public struct ID: Hashable, Sendable {
        fileprivate var merchant: MerchantID?
        fileprivate var type: TransactionType
        fileprivate var currency: Currency
    }

    /// Its merchant, currency and direction.
    public var id: ID { ID(merchant: merchant, type: type, currency: amount.currency) }
    /// The merchant; `nil` stands for all that are not known on this device.
    public var merchant: MerchantID?
    /// The merchant's name, the latest under which it is known; text from outside.
    public var name: String?
    /// What was moved: payments, refunds, or whatever the platform will think of.
    public var type: TransactionType
    /// How many completed transactions it were.
    public var count: Int
    /// How much they were together.
    public var amount: Money
}
