import FexValues
import Foundation
import PaymentCodes
import WalletCore
import WalletDocuments

extension Method {
    /// What happened, and what codes are.
    static let ledger = [
        Method("scan", "code") { params, context in try await scan(try params.string("code"), context.wallet) },
        Method(
            "history", "limit", "after", "search", "type", "status", "merchant", "since", "until", "min", "max",
            "currency"
        ) { params, context in
            var query = try await params.historyQuery(for: context.wallet.ledger)
            query.limit = try params.integer("limit", in: 1...1000, default: 50)
            query.after = try params.optionalString("after").map { text throws(DoorError) in
                guard let cursor = HistoryCursor(text) else {
                    throw .badParameter("after", "what an earlier page gave as next is expected")
                }
                return cursor
            }
            return try await context.wallet.ledger.loadHistory(query).outputDocument
        },
        Method("history.totals", "by") { params, context in
            let ledger = context.wallet.ledger
            switch try params.optionalString("by") {
            case nil, "month": return ["totals": .array(try await ledger.loadMonthTotals().map(\.outputDocument))]
            case "merchant": return ["totals": .array(try await ledger.loadMerchantTotals().map(\.outputDocument))]
            default: throw DoorError.badParameter("by", "month or merchant is expected")
            }
        },
        Method("show", "id") { params, context in
            let (id, ledger) = (try params.string("id"), context.wallet.ledger)
            guard let record = try await ledger.loadRecord(id: id) else {
                throw DoorError.notFound
            }
            return record.outputDocument(askedFor: id)
        },
        Method("balance", "refresh") { params, context in
            let wallet = context.wallet
            if try params.bool("refresh", default: false) { try await wallet.sync.refreshAccount() }
            guard let account = try await wallet.ledger.loadAccount() else { throw SessionError.notLoggedIn }
            return account.balanceDocument(age: wallet.ledger.age(of: account))
        },
    ]

    /// What a code is, and its intent as the platform has it.
    private static func scan(_ text: String, _ wallet: Wallet) async throws -> JSON {
        let scanned = try ScannedCode(parsing: text)
        guard case .merchant(let code) = scanned else {
            return ScanReport(scanned, own: try await wallet.ledger.loadAccount()?.scanToken).outputDocument
        }
        var report = ScanReport(code)
        do {
            report.intent = try await wallet.intents.check(code).intent
            report.matches = true
        } catch let error as DecisionError {
            guard let mismatch = error.mismatch else { throw error }
            report.intent = mismatch.intent
            report.matches = false
        } catch let error as PlatformError where error.isOutOfReach {
            // What the code says is worth more than an error.
        }
        return report.outputDocument
    }
}

extension Parameters {
    fileprivate func historyQuery(for ledger: Ledger) async throws -> HistoryQuery {
        var question = HistoryQuestion()
        question.search = try optionalString("search")
        question.type = try optionalString("type")
        question.status = try optionalString("status")
        question.merchant = try optionalString("merchant")
        question.since = try optionalString("since")
        question.until = try optionalString("until")
        question.min = try optionalString("min")
        question.max = try optionalString("max")
        question.currency = try optionalString("currency")
        do { return try await question.query(for: ledger) } catch let problem as HistoryQuestion.Problem {
            throw DoorError.badParameter(problem.filter, problem.description)
        }
    }
}
