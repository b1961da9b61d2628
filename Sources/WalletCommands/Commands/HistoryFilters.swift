import ArgumentParser
import WalletCore

/// What is wanted of the history.
struct HistoryFilters: ParsableArguments {
    // Whatever follows is what is looked for, also where it looks like an option.
    @Option(parsing: .unconditional, help: ArgumentHelp("Only with words that begin so.", valueName: "text"))
    var search: String?
    @Option(help: ArgumentHelp("Only of this type: payment, refund.", valueName: "t")) var type: String?
    @Option(help: ArgumentHelp("Only with this status.", valueName: "s")) var status: String?
    @Option(help: ArgumentHelp("Only of this merchant's id.", valueName: "m")) var merchant: String?
    @Option(help: ArgumentHelp("Only from this day or moment on.", valueName: "d")) var since: String?
    @Option(help: ArgumentHelp("Only before this day or moment.", valueName: "d")) var until: String?
    @Option(help: ArgumentHelp("Only of at least this amount.", valueName: "amount")) var min: String?
    @Option(help: ArgumentHelp("Only of at most this amount.", valueName: "amount")) var max: String?
    @Option(help: ArgumentHelp("Only in this currency; of amounts, by default the wallet's.", valueName: "cur"))
    var currency: String?

    /// Whether all is wanted.
    var isEmpty: Bool {
        [search, type, status, merchant, since, until, min, max, currency].allSatisfy { $0 == nil }
    }

    /// The question to the history.
    ///
    /// - Throws: ``CommandFailure`` of wrong usage naming the option that can't be.
    func query(for activity: Activity) async throws -> HistoryQuery {
        var query = HistoryQuery()
        query.text = search
        query.type = type
        query.status = status
        query.merchant = try merchant.map { text in
            guard let id = MerchantID(text) else {
                throw CommandFailure(.usage, "bad_merchant", "--merchant takes a merchant's id")
            }
            return id
        }
        query.since = try moment(since, option: "--since")
        query.until = try moment(until, option: "--until")
        guard min != nil || max != nil || currency != nil else { return query }
        let currency = try await self.currency(for: activity)
        query.minimum = try amount(min, currency, option: "--min") ?? .zero(currency)
        query.maximum = try amount(max, currency, option: "--max")
        if let least = query.minimum, let most = query.maximum, least.minorUnits > most.minorUnits {
            throw CommandFailure(.usage, "bad_range", "--min \(least) is more than --max \(most)")
        }
        return query
    }

    private func currency(for activity: Activity) async throws -> Currency {
        if let text = currency {
            guard let currency = try? Currency(text.uppercased()) else {
                throw CommandFailure(.usage, "bad_currency", "--currency takes a code of three letters: USD")
            }
            return currency
        }
        guard let account = try await activity.loadAccount() else {
            throw CommandFailure(.usage, "no_currency", "before the first login an amount needs its --currency")
        }
        return account.balance.currency
    }

    private func amount(_ text: String?, _ currency: Currency, option: String) throws -> Money? {
        guard let text else { return nil }
        do { return try Money(digits: text, currency: currency) } catch {
            throw CommandFailure(.usage, "bad_amount", "\(option) takes an amount of \(currency): \(error)")
        }
    }

    private func moment(_ text: String?, option: String) throws -> Timestamp? {
        guard let text else { return nil }
        guard let moment = Timestamp(text) ?? Timestamp(text + "T00:00:00Z") else {
            throw CommandFailure(
                .usage, "bad_date", "\(option) takes a day (2026-01-31) or a moment (2026-01-31T12:00:00Z)")
        }
        return moment
    }
}
