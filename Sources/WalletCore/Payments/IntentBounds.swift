import FexValues

/// How much of a payment intent is kept: its merchant chooses what stands in it, and how often.
enum IntentBounds {
    /// The longest status, in bytes of UTF-8, as all of these.
    static let word = 64
    /// The longest name of a merchant.
    static let name = 512
    /// The longest text about what is paid for.
    static let text = 1024
    /// The longest reference.
    static let reference = 512
    /// The longest metadata, which are kept whole or not at all: a part of them could be taken for all.
    static let metadata = 4096
    /// What all fields together may take that are not read here.
    static let others = 8192

    /// The fields of an intent that was read, within bounds.
    static func bounded(_ object: JSONObject, amount: Money, expiresAt: Timestamp) -> JSONObject {
        var left = others
        var members: [JSONObject.Member] = []
        var hasMetadata = false
        for var member in object.members {
            switch member.name {
            case "qr_code_url", "qr_data": continue
            case "metadata":
                // Of repeated members the first is the one that is read.
                guard !hasMetadata else { continue }
                hasMetadata = true
                if exceeds(member.value, metadata) { member.value = .null }
            // Digits and fractions of seconds may go on without an end.
            case "amount": if exceeds(member.value, word) { member.value = .string(amount.decimalString) }
            case "expires_at": if exceeds(member.value, word) { member.value = .string(expiresAt.description) }
            case "status": member.value = cut(member.value, word)
            case "merchant_name": member.value = cut(member.value, name)
            case "description": member.value = cut(member.value, text)
            case "id", "merchant_id", "currency", "target_wallet_id", "completed_by": break
            default:
                if member.name == "reference" { member.value = cut(member.value, reference) }
                let name = JSON.string(member.name).textSize(atMost: left) ?? left
                guard let size = member.value.textSize(atMost: left - name - 2) else { continue }
                left -= name + size + 2
            }
            members.append(member)
        }
        return JSONObject(members)
    }

    private static func exceeds(_ value: JSON, _ bytes: Int) -> Bool {
        value.textSize(atMost: bytes) == nil
    }

    private static func cut(_ value: JSON, _ bytes: Int) -> JSON {
        guard case .string(let text) = value else { return value }
        return .string(text.bounded(toBytes: bytes))
    }
}
