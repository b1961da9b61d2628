import FexValues
import PaymentCodes
package import WalletCore

/// What is wanted of the history, as people and programs write it.
package struct HistoryQuestion {
    /// A filter that can't be.
    package struct Problem: Error, CustomStringConvertible {
        /// Which: `bad_merchant`, `bad_date`, ….
        package let code: String
        /// Which filter: `merchant`, `since`, ….
        package let filter: String
        /// What is wrong with it, on one line.
        package let description: String

        init(_ code: String, of filter: String, _ description: String) {
            self.code = code
            self.filter = filter
            self.description = description
        }
    }

    /// Words that begin so, in the merchant's name and in what it was for.
    package var search: String?
    package var type: String?
    package var status: String?
    package var merchant: String?
    /// The first day, where the person is, or moment.
    package var since: String?
    /// The last day, or the moment behind the last one.
    package var until: String?
    /// The least amount, and the most, in the currency.
    package var min: String?
    package var max: String?
    /// By default, of amounts, the wallet's.
    package var currency: String?
    private let name: @Sendable (String) -> String

    /// - Parameter name: How a filter is called in an error: `--since`, or `since`.
    package init(naming name: @escaping @Sendable (String) -> String = { $0 }) { self.name = name }

    /// Whether all is wanted.
    package var isEmpty: Bool {
        [search, type, status, merchant, since, until, min, max, currency].allSatisfy { $0 == nil }
    }

    /// The question to the history.
    ///
    /// - Throws: ``Problem`` naming the filter that can't be.
    package func query(for ledger: Ledger) async throws -> HistoryQuery {
        var query = HistoryQuery()
        query.text = search
        query.type = type.map { TransactionType(rawValue: InvisibleCharacters.trimmed($0)) }
        query.status = status.map { TransactionStatus(rawValue: InvisibleCharacters.trimmed($0)) }
        query.merchant = try merchant.map { text in
            guard let id = MerchantID(InvisibleCharacters.trimmed(text)) else {
                throw Problem(
                    "bad_merchant", of: "merchant",
                    "\(name("merchant")) takes a merchant's id, and \(Quotation(text)) is none")
            }
            return id
        }
        query.since = try moment(since, filter: "since") { $0.lowerBound }
        // A day is meant to its end.
        query.until = try moment(until, filter: "until") { $0.upperBound }
        if let since = query.since, let until = query.until, since >= until {
            throw Problem(
                "bad_range", of: "since",
                "nothing lies from \(name("since")) \(Quotation(self.since ?? "")) to \(name("until")) "
                    + "\(Quotation(self.until ?? ""))")
        }
        try await checkKnown(query, in: ledger)
        guard min != nil || max != nil || currency != nil else { return query }
        let currency = try await self.currency(for: ledger)
        query.minimum = try amount(min, currency, filter: "min") ?? .zero(currency)
        query.maximum = try amount(max, currency, filter: "max")
        if let least = query.minimum, let most = query.maximum, least.minorUnits > most.minorUnits {
            throw Problem("bad_range", of: "min", "\(name("min")) \(least) is more than \(name("max")) \(most)")
        }
        return query
    }

    private func currency(for ledger: Ledger) async throws -> Currency {
        if let text = currency {
            guard let currency = try? Currency(InvisibleCharacters.trimmed(text).uppercased()) else {
                throw Problem(
                    "bad_currency", of: "currency",
                    "\(name("currency")) takes a code of three letters, USD, and \(Quotation(text)) is none")
            }
            return currency
        }
        guard let account = try await ledger.loadAccount() else {
            throw Problem(
                "no_currency", of: "currency", "before the first login an amount needs its \(name("currency"))")
        }
        return account.balance.currency
    }

    private func amount(_ text: String?, _ currency: Currency, filter: String) throws -> Money? {
        guard let text else { return nil }
        do { return try Money(digits: InvisibleCharacters.trimmed(text), currency: currency) } catch {
            throw Problem(
                "bad_amount", of: filter,
                "\(name(filter)) takes an amount of \(currency), and \(Quotation(text)) is none: \(error)")
        }
    }

    /// - Parameter bound: What of a day is meant.
    private func moment(
        _ text: String?, filter: String, _ bound: (Range<Timestamp>) -> Timestamp
    ) throws -> Timestamp? {
        guard let text else { return nil }
        let trimmed = InvisibleCharacters.trimmed(text)
        if let day = LocalTime.day(trimmed) { return bound(day) }
        guard let moment = Timestamp(trimmed) ?? LocalTime.moment(trimmed) else {
            throw Problem(
                "bad_date", of: filter,
                "\(name(filter)) takes a day (2026-01-31) or a moment (2026-01-31T12:00:00Z), and \(Quotation(text)) is neither"
            )
        }
        return moment
    }

    /// What transactions may be, as the platform documents it. Others are found too, once there has been one.
    private static let statuses: [TransactionStatus] = [.completed, .pending]
    private static let types: [TransactionType] = [.payment, .refund, .funding]

    /// Refuses a status or type that no transaction of this wallet ever had: most likely it is mistyped.
    private func checkKnown(_ query: HistoryQuery, in ledger: Ledger) async throws {
        func check<Word: RawRepresentable<String> & Equatable>(
            _ value: Word?, _ name: String, _ known: [Word], _ filter: WritableKeyPath<HistoryQuery, Word?>
        ) async throws {
            guard let value, !known.contains(value) else { return }
            var question = HistoryQuery(limit: 1)
            question[keyPath: filter] = value
            guard try await ledger.loadHistory(question).entries.isEmpty else { return }
            throw Problem(
                "bad_\(name)", of: name,
                "no transaction has the \(name) \(Quotation(value.rawValue)): there are "
                    + known.map(\.rawValue).joined(separator: ", "))
        }
        try await check(query.status, "status", Self.statuses, \.status)
        try await check(query.type, "type", Self.types, \.type)
    }
}
