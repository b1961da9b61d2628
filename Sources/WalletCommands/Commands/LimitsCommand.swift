import ArgumentParser
import FexValues
import PaymentCodes
import TerminalProgram
import WalletCore
import WalletDocuments

/// `limits`: what a person has limited on this device.
struct LimitsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits", abstract: "Your own limits for what this device pays.",
        discussion: """
            For each currency: to be asked each time, so that --yes pays nothing; to type amounts above some; to agree to no more \
            in a day, where you are (TZ). What waits and what is not known yet counts, what was refused or declined doesn't. \
            Payments of other devices are not counted.

            A seat belt, not a lock: it keeps you from slips, and whoever may use this device may change it.

            Examples:
              wallet-cli limits set --currency EUR --always-ask --type-above 50.00 --daily 200.00
              wallet-cli limits remove --currency EUR --daily
            """,
        subcommands: [List.self, SetLimit.self, Remove.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Show your limits. Asks nobody.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let shown = try await options.read { _, reader in
                var shown: [ShownLimit] = []
                for limit in try await reader.loadLimits() {
                    shown.append(ShownLimit(limit, try await reader.loadAgreedToday(in: limit.currency)))
                }
                return shown
            }
            try options.terminal.result(
                ["limits": .array(shown.map(\.outputDocument))],
                text: shown.isEmpty ? "No limits of your own." : shown.map(\.line).joined(separator: "\n"))
        }
    }

    struct SetLimit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Set limits of a currency; what is not named stays as it is.",
            discussion: "A seat belt, not a lock: whoever may use this device may change it.")

        @OptionGroup var options: GlobalOptions
        @Option(help: ArgumentHelp("The currency, USD; by default the wallet's.", valueName: "cur"))
        var currency: String?
        @Flag(help: "Ask each time: --yes pays nothing.") var alwaysAsk = false
        @Option(help: ArgumentHelp("Have amounts above this one typed.", valueName: "amount")) var typeAbove: String?
        @Option(help: ArgumentHelp("Agree to no more than this in a day.", valueName: "amount")) var daily: String?

        func run() async throws {
            guard alwaysAsk || typeAbove != nil || daily != nil else {
                throw CommandFailure(
                    .usage, "no_limit", "say what to limit: --always-ask, --type-above AMOUNT or --daily AMOUNT")
            }
            let wallet = try await options.open().wallet
            let currency = try await LimitedCurrency.read(currency, wallet.ledger)
            var limit = try await wallet.limits.load(of: currency)
            if alwaysAsk { limit.alwaysAsks = true }
            if let amount = try typeAbove.map({ try LimitedCurrency.amount($0, currency, option: "--type-above") }) {
                try limit.type(above: amount)
            }
            if let amount = try daily.map({ try LimitedCurrency.amount($0, currency, option: "--daily") }) {
                try limit.refuse(aboveDaily: amount)
            }
            try await wallet.limits.save(limit)
            try await options.show(limit, of: wallet)
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Take limits of a currency away; all of them where none is named.")

        @OptionGroup var options: GlobalOptions
        @Option(help: ArgumentHelp("The currency, USD; by default the wallet's.", valueName: "cur"))
        var currency: String?
        @Flag(help: "No longer ask each time.") var alwaysAsk = false
        @Flag(help: "No longer have amounts typed.") var typeAbove = false
        @Flag(help: "No longer limit the day.") var daily = false

        func run() async throws {
            let wallet = try await options.open().wallet
            let currency = try await LimitedCurrency.read(currency, wallet.ledger)
            let isAll = !alwaysAsk && !typeAbove && !daily
            var limit = isAll ? SpendingLimit(currency: currency) : try await wallet.limits.load(of: currency)
            if alwaysAsk { limit.alwaysAsks = false }
            if typeAbove { try limit.type(above: nil) }
            if daily { try limit.refuse(aboveDaily: nil) }
            try await wallet.limits.save(limit)
            try await options.show(limit, of: wallet)
        }
    }
}

extension GlobalOptions {
    /// Shows a limit as it is now.
    fileprivate func show(_ limit: SpendingLimit, of wallet: Wallet) async throws {
        let shown = ShownLimit(limit, try await wallet.limits.loadAgreedToday(in: limit.currency))
        try terminal.result(["limit": shown.outputDocument], text: shown.line)
    }
}

/// What a person gives as a limit's currency and amounts.
private enum LimitedCurrency {
    static func read(_ text: String?, _ ledger: Ledger) async throws -> Currency {
        guard let text else {
            guard let account = try await ledger.loadAccount() else {
                throw CommandFailure(.usage, "no_currency", "before the first login a limit needs its --currency")
            }
            return account.balance.currency
        }
        guard let currency = try? Currency(InvisibleCharacters.trimmed(text).uppercased()) else {
            throw CommandFailure(
                .usage, "bad_currency", "--currency takes a code of three letters, USD, and \(Quotation(text)) is none")
        }
        return currency
    }

    static func amount(_ text: String, _ currency: Currency, option: String) throws -> Money {
        do { return try Money(digits: InvisibleCharacters.trimmed(text), currency: currency) } catch {
            throw CommandFailure(
                .usage, "bad_amount",
                "\(option) takes an amount of \(currency), and \(Quotation(text)) is none: \(error)")
        }
    }
}

extension ShownLimit {
    fileprivate var line: String {
        guard !limit.isEmpty else { return "No limits of your own for \(limit.currency)." }
        let parts = [
            limit.alwaysAsks ? "asked each time" : nil, limit.typedAbove.map { "the amount typed above \($0)" },
            limit.daily.map { "at most \($0) a day, \(agreed) agreed to today" },
        ]
        return "\(limit.currency)  \(parts.compactMap(\.self).joined(separator: "; "))"
    }
}
