import ArgumentParser
import FexValues
import PaymentCodes
import TerminalProgram
import WalletCore

/// What is wanted of the history.
struct HistoryFilters: ParsableArguments {
    // Whatever follows is what is looked for, also where it looks like an option.
    @Option(parsing: .unconditional, help: ArgumentHelp("Only with words that begin so.", valueName: "text"))
    var search: String?
    @Option(help: ArgumentHelp("Only of this type: payment, refund, funding.", valueName: "t")) var type: String?
    @Option(help: ArgumentHelp("Only with this status: completed, pending.", valueName: "s")) var status: String?
    @Option(help: ArgumentHelp("Only of this merchant's id.", valueName: "m")) var merchant: String?
    @Option(
        help: ArgumentHelp("Only from this day on, 2026-01-31, a day where you are (TZ); or moment.", valueName: "d"))
    var since: String?
    @Option(help: ArgumentHelp("Only to the end of this day, where you are; or before this moment.", valueName: "d"))
    var until: String?
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
    func query(for ledger: Ledger) async throws -> HistoryQuery {
        var query = HistoryQuery()
        query.text = search
        query.type = type.map { TransactionType(rawValue: InvisibleCharacters.trimmed($0)) }
        query.status = status.map { TransactionStatus(rawValue: InvisibleCharacters.trimmed($0)) }
        query.merchant = try merchant.map { text in
            guard let id = MerchantID(InvisibleCharacters.trimmed(text)) else {
                throw CommandFailure(
                    .usage, "bad_merchant", "--merchant takes a merchant's id, and \(Quotation(text)) is none")
            }
            return id
        }
        query.since = try moment(since, option: "--since") { $0.lowerBound }
        // A day is meant to its end.
        query.until = try moment(until, option: "--until") { $0.upperBound }
        if let since = query.since, let until = query.until, since >= until {
            throw CommandFailure(
                .usage, "bad_range",
                "nothing lies from --since \(Quotation(self.since ?? "")) to --until \(Quotation(self.until ?? ""))")
        }
        try await checkKnown(query, in: ledger)
        guard min != nil || max != nil || currency != nil else { return query }
        let currency = try await self.currency(for: ledger)
        query.minimum = try amount(min, currency, option: "--min") ?? .zero(currency)
        query.maximum = try amount(max, currency, option: "--max")
        if let least = query.minimum, let most = query.maximum, least.minorUnits > most.minorUnits {
            throw CommandFailure(.usage, "bad_range", "--min \(least) is more than --max \(most)")
        }
        return query
    }

    private func currency(for ledger: Ledger) async throws -> Currency {
        if let text = currency {
            guard let currency = try? Currency(InvisibleCharacters.trimmed(text).uppercased()) else {
                throw CommandFailure(
                    .usage, "bad_currency",
                    "--currency takes a code of three letters, USD, and \(Quotation(text)) is none")
            }
            return currency
        }
        guard let account = try await ledger.loadAccount() else {
            throw CommandFailure(.usage, "no_currency", "before the first login an amount needs its --currency")
        }
        return account.balance.currency
    }

    private func amount(_ text: String?, _ currency: Currency, option: String) throws -> Money? {
        guard let text else { return nil }
        do { return try Money(digits: InvisibleCharacters.trimmed(text), currency: currency) } catch {
            throw CommandFailure(
                .usage, "bad_amount",
                "\(option) takes an amount of \(currency), and \(Quotation(text)) is none: \(error)")
        }
    }

    /// - Parameter bound: What of a day is meant.
    private func moment(
        _ text: String?, option: String, _ bound: (Range<Timestamp>) -> Timestamp
    ) throws -> Timestamp? {
        guard let text else { return nil }
        let trimmed = InvisibleCharacters.trimmed(text)
        if let day = LocalTime.day(trimmed) { return bound(day) }
        guard let moment = Timestamp(trimmed) ?? LocalTime.moment(trimmed) else {
            throw CommandFailure(
                .usage, "bad_date",
                "\(option) takes a day (2026-01-31) or a moment (2026-01-31T12:00:00Z), and \(Quotation(text)) is neither"
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
            throw CommandFailure(
                .usage, "bad_\(name)",
                "no transaction has the \(name) \(Quotation(value.rawValue)): there are "
                    + known.map(\.rawValue).joined(separator: ", "))
        }
        try await check(query.status, "status", Self.statuses, \.status)
        try await check(query.type, "type", Self.types, \.type)
    }
}
