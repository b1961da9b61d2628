package import FexValues
import Foundation
import WalletCore

extension PlatformModel {
    /// A payment intent.
    package struct Intent: Sendable {
        /// The intent's id.
        package let id: String
        /// Who asks for the money.
        package private(set) var merchant: String
        /// The amount's digits, as they stand in documents.
        package private(set) var amount: String
        /// The currency's code.
        package private(set) var currency = "USD"
        /// The wallet it is aimed at, if it is a till's request.
        package private(set) var target: String?
        /// Where it stands.
        package var status: String
        /// When it was made.
        package let createdAt: Timestamp
        /// When it lapses.
        package private(set) var expiresAt: Timestamp
        /// The wallet that paid it.
        package var completedBy: String?
        /// The amount in minor units; `nil` where what stands for it is none.
        package private(set) var units: Int64?
        /// What the documents say of it besides, in the place of what is kept above.
        private(set) var extras = JSONObject()
        /// Whether its documents say when it was made; not every platform's do.
        private let isCreationShown: Bool
        /// The part of its document that its decisions don't change.
        private var fixedPart = ""

        /// An intent that waits.
        ///
        /// - Parameters:
        ///   - amount: Digits.
        ///   - target: Makes it a till's request.
        ///   - shown: What its documents say besides: a name, a description.
        package init(
            id: String, merchant: String, amount: String, target: String?, createdAt: Timestamp, expiresAt: Timestamp,
            shown: JSONObject = JSONObject(), isCreationShown: Bool = true
        ) {
            self.id = id
            self.merchant = merchant
            self.amount = amount
            self.target = target
            self.createdAt = createdAt
            self.expiresAt = expiresAt
            extras = shown
            self.isCreationShown = isCreationShown
            status = target == nil ? "pending" : "pending_approval"
            prepare()
        }

        /// Whether it waits for a decision.
        package var isOpen: Bool { status == "pending" || status == "pending_approval" }
    }
}

extension PlatformModel.Intent {
    /// Changes a field. What the field can't hold is shown in its place, as it is.
    package mutating func set(_ field: String, to value: JSON) {
        extras[field] = nil
        switch (field, value) {
        case ("status", .string(let text)): status = text
        case ("completed_by", .string(let text)): completedBy = text
        case ("completed_by", .null): completedBy = nil
        case ("merchant_id", .string(let text)): merchant = text
        case ("target_wallet_id", .string(let text)): target = text
        case ("target_wallet_id", .null): target = nil
        case ("amount", .number(let digits)): amount = digits
        case ("currency", .string(let code)): currency = code
        case ("expires_at", .string(let text)):
            if let moment = Timestamp(text) { expiresAt = moment } else { extras[field] = value }
        default: extras[field] = value
        }
        prepare()
    }

    private mutating func prepare() {
        let money = (try? Currency(currency)).flatMap { try? Money(digits: amount, currency: $0) }
        units = extras["amount"] == nil && extras["currency"] == nil ? money?.minorUnits : nil
        var text = #""id":\#(quoted(id))"#
        func add(_ name: String, _ value: @autoclosure () -> String) {
            if extras.members.isEmpty || extras[name] == nil { text += ",\"\(name)\":\(value())" }
        }
        add("merchant_id", quoted(merchant))
        add("amount", amount)
        add("currency", quoted(currency))
        if isCreationShown { add("created_at", "\"\(createdAt)\"") }
        add("expires_at", "\"\(expiresAt)\"")
        add("target_wallet_id", target.map(quoted) ?? "null")
        for member in extras.members where !Self.isLong(member.name) {
            text += ",\"\(member.name)\":\(member.value.text)"
        }
        fixedPart = text
    }

    /// Whether a member is left out of summaries.
    private static func isLong(_ name: String) -> Bool {
        name == "metadata" || name == "qr_code_url" || name == "qr_data"
    }

    /// The intent as the platform shows it.
    ///
    /// - Parameters:
    ///   - isPublic: Who paid is shown to nobody who needs no token.
    ///   - isSummary: Whether what may be long is left out.
    package func document(isPublic: Bool, isSummary: Bool = false) -> String {
        var text = "{" + fixedPart
        if extras["status"] == nil { text += ",\"status\":\(quoted(status))" }
        if !isPublic, extras["completed_by"] == nil { text += ",\"completed_by\":\(completedBy.map(quoted) ?? "null")" }
        if !isSummary {
            for member in extras.members where Self.isLong(member.name) {
                text += ",\"\(member.name)\":\(member.value.text)"
            }
        }
        return text + "}"
    }
}

/// A text as a JSON string.
func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy {
        $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    return isPlain ? "\"\(text)\"" : JSON.string(text).text
}
