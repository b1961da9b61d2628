public import FexValues

/// What a person has limited on this device, for one currency.
///
/// It is a seat belt, not a lock: it keeps its owner from slips, and whoever may use the device may change it.
public struct SpendingLimit: Identifiable, Hashable, Sendable {
    /// The currency's code: there is one limit a currency.
    public var id: String { currency.code }
    /// The currency whose payments are limited; others are not.
    public let currency: Currency
    /// Whether the person is asked each time: nothing is paid by consent that was given beforehand.
    public var alwaysAsks = false
    /// Above which amount the person has to type it, in minor units of the currency; `nil` for never.
    public private(set) var typedAbove: Money?
    /// How much may be agreed to in one of the person's calendar days; `nil` for any amount.
    public private(set) var daily: Money?

    /// A limit that limits nothing yet.
    public init(currency: Currency) { self.currency = currency }

    /// Has the person type amounts above this one; `nil` for none.
    ///
    /// - Throws: ``/FexValues/MoneyError/currencyMismatch(_:_:)`` where it is of another currency.
    public mutating func type(above amount: Money?) throws(MoneyError) {
        try check(amount)
        typedAbove = amount
    }

    /// Refuses what would lead above this amount within a day; `nil` for no such limit.
    ///
    /// - Throws: ``/FexValues/MoneyError/currencyMismatch(_:_:)`` where it is of another currency.
    public mutating func refuse(aboveDaily amount: Money?) throws(MoneyError) {
        try check(amount)
        daily = amount
    }

    /// Whether it limits nothing.
    public var isEmpty: Bool { !alwaysAsks && typedAbove == nil && daily == nil }

    private func check(_ amount: Money?) throws(MoneyError) {
        guard let amount, amount.currency != currency else { return }
        throw .currencyMismatch(currency, amount.currency)
    }
}

/// How a person has agreed to a payment; each includes those before it.
///
/// A closed set: a limit asks for one of these, and a shell has to be able to give it.
public enum Consent: Int, Hashable, Sendable, CaseIterable {
    /// Beforehand: a script, or a standing order, pays in their name.
    case preauthorised
    /// They were shown the terms, and said yes to them.
    case asked
    /// They were shown the terms, and typed the amount.
    case amountTyped
}

extension Consent: Comparable {
    /// Whether one says less than another.
    public static func < (left: Consent, right: Consent) -> Bool { left.rawValue < right.rawValue }
}

/// Which limit of the person's own keeps a payment from being made.
public enum OwnLimit: Hashable, Sendable {
    /// They want to be asked each time they pay in this currency.
    case asks(Currency)
    /// They want to type amounts above this one.
    case types(above: Money)
    /// They want to pay no more in a day: what the limit is, and what was agreed to before on this day.
    case daily(Money, agreed: Money)
}

extension OwnLimit: CustomStringConvertible {
    /// Which limit it is, in English, on one line.
    public var description: String {
        switch self {
        case .asks(let currency): "your own limit: you are asked before anything is paid in \(currency)"
        case .types(let amount): "your own limit: above \(amount) you type the amount"
        case .daily(let limit, let agreed): "your own limit: \(limit) a day, of which \(agreed) is agreed to already"
        }
    }
}
