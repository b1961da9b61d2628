import FexValues
import Foundation
import GRDB

/// The values of a row that was read from a damaged database, put in order: one that can't be what its column holds is left
/// out where the row means something without it, or replaced by the most cautious one that it can have been.
///
/// Each table gives `nil` where a row means nothing any more.
struct SalvagedCells {
    private let row: [String: DatabaseValue]
    private let now: Timestamp

    init(_ row: [String: DatabaseValue], at now: Timestamp) {
        self.row = row
        self.now = now
    }

    // MARK: - Tables

    /// What the document says; the columns beside it say the same.
    var intent: [String: DatabaseValue]? {
        guard let document = text("document"), let intent = try? PaymentIntent(stored: document),
            text("id").map({ $0 == intent.id.rawValue }) ?? true
        else { return nil }
        return with([
            "id": intent.id.rawValue, "merchant_id": intent.merchantID.rawValue, "merchant_name": intent.merchantName,
            "status": intent.status.rawValue, "expires_at": intent.expiresAt.milliseconds,
            "fetched_at": time("fetched_at") ?? 0, "document": document,
        ])
    }

    /// Whose state can't be read may have been sent: the platform is asked.
    var decision: [String: DatabaseValue]? {
        guard let own = id("id"), let intent = id("intent_id"), let kind = text("kind"),
            DecisionKind(rawValue: kind) != nil, let amount = amount("amount", "currency"), amount.minorUnits > 0,
            let merchant = id("merchant_id"), let key = id("idempotency_key"),
            let body = Data.fromDatabaseValue(row["body"] ?? .null), let expiresAt = time("expires_at")
        else { return nil }
        let state = text("state").flatMap { DecisionState(rawValue: $0) } ?? .unknown
        let mayHaveLeft = number("may_have_left").flatMap { [0, 1].contains($0) ? $0 : nil }
        let decidedAt = time("decided_at") ?? min(now.milliseconds, expiresAt)
        return with([
            "id": own, "intent_id": intent, "kind": kind, "amount": amount.minorUnits, "currency": amount.currency.code,
            "merchant_id": merchant, "idempotency_key": key, "body": body, "decided_at": decidedAt,
            "expires_at": expiresAt, "state": state.rawValue,
            "may_have_left": state == .unknown ? 1 : mayHaveLeft ?? 1, "reason": text("reason"),
            "refusal_code": text("refusal_code"), "sent_at": time("sent_at"),
            "settled_at": state.isSettled ? time("settled_at") ?? decidedAt : nil,
            "transaction_id": id("transaction_id"),
        ])
    }

    /// What follows from the intent and the decision on it is found anew.
    var approval: [String: DatabaseValue]? {
        guard let intent = id("intent_id") else { return nil }
        let way = text("came_by").flatMap { ApprovalSource(rawValue: $0) } ?? .feed
        var first: [String: (any DatabaseValueConvertible)?] = [:]
        if let amount = amount("first_amount", "first_currency"), amount.minorUnits > 0,
            let merchant = id("first_merchant_id")
        {
            first = [
                "first_amount": amount.minorUnits, "first_currency": amount.currency.code,
                "first_merchant_id": merchant,
            ]
        }
        first["intent_id"] = intent
        first["first_seen_at"] = time("first_seen_at") ?? now.milliseconds
        first["came_by"] = way.rawValue
        return with(first)
    }

    var outboxRow: [String: DatabaseValue]? {
        guard let decision = id("decision_id"), let next = time("next_attempt_at") else { return nil }
        let attempts = number("attempts").flatMap { (0...1 << 31).contains($0) ? $0 : nil }
        let (holder, until) = (text("leased_by"), time("leased_until"))
        let isLeased = holder != nil && until != nil
        return with([
            "decision_id": decision, "attempts": attempts ?? 1, "next_attempt_at": next,
            "waiting_for": text("waiting_for"), "leased_by": isLeased ? holder : nil,
            "leased_until": isLeased ? until : nil,
        ])
    }

    var mutedMerchant: [String: DatabaseValue]? {
        guard let merchant = id("merchant_id") else { return nil }
        return with(["merchant_id": merchant, "muted_at": time("muted_at") ?? now.milliseconds])
    }

    var spendingLimit: [String: DatabaseValue]? {
        guard let code = text("currency"), (try? Currency(code)) != nil else { return nil }
        let (typedAbove, daily) = (number("typed_above"), number("daily"))
        // What can't be read of a limit is taken for the strictest that it can have been.
        return with([
            "currency": code, "always_asks": number("always_asks") == 0 ? 0 : 1,
            "typed_above": isNull("typed_above") ? nil : max(0, typedAbove ?? 0),
            "daily": isNull("daily") ? nil : max(0, daily ?? 0),
        ])
    }

    /// The device's id alone may be left out: the next login gives it again.
    var account: [String: DatabaseValue]? {
        guard let wallet = id("wallet_id"), let user = text("user_id"), let token = id("scan_token"),
            let balance = amount("balance", "currency"), let version = number("version"), let asOf = time("as_of")
        else { return nil }
        return with([
            "id": 1, "wallet_id": wallet, "user_id": user, "scan_token": token, "balance": balance.minorUnits,
            "currency": balance.currency.code, "version": version, "as_of": asOf, "device_id": id("device_id"),
        ])
    }

    /// The platform's time is told again by its next answer.
    var syncState: [String: DatabaseValue]? {
        guard let offset = number("server_offset") else { return nil }
        var (earliest, latest) = (time("server_earliest"), time("server_latest"))
        if (latest ?? .min) < (earliest ?? .max) { (earliest, latest) = (nil, nil) }
        return with([
            "id": 1, "server_offset": offset, "last_sync_at": time("last_sync_at"),
            "boot_session": text("boot_session"),
            "server_earliest": earliest, "server_latest": latest,
        ])
    }

    // MARK: - Values

    private func with(_ cells: [String: (any DatabaseValueConvertible)?]) -> [String: DatabaseValue] {
        var values = cells.mapValues { $0?.databaseValue ?? .null }
        values["rowid"] = row["rowid"]
        return values
    }

    /// A text that was stored as one.
    private func text(_ column: String) -> String? {
        guard case .string(let text)? = row[column]?.storage else { return nil }
        return text
    }

    private func isNull(_ column: String) -> Bool { row[column]?.isNull != false }

    private func number(_ column: String) -> Int64? {
        guard case .int64(let number)? = row[column]?.storage else { return nil }
        return number
    }

    private func time(_ column: String) -> Int64? {
        number(column).flatMap { Timestamp.storable.contains(Timestamp(milliseconds: $0)) ? $0 : nil }
    }

    private func id(_ column: String) -> String? {
        text(column).flatMap { OpaqueID<Never>($0) == nil ? nil : $0 }
    }

    private func amount(_ column: String, _ currency: String) -> Money? {
        guard let units = number(column), let code = text(currency), let currency = try? Currency(code) else {
            return nil
        }
        return try? Money(minorUnits: units, currency: currency)
    }
}
