package import FexValues
package import WalletCore

extension RegisteredDevice {
    /// The device as the platform lists it.
    package func outputDocument(own: DeviceID?) -> JSON {
        [
            "device_id": .string(device.rawValue), "name": .string(name), "thumbprint": .string(thumbprint),
            "created_at": .string(createdAt.description), "last_used_at": .optional(lastUsedAt?.description),
            "revoked_at": .optional(revokedAt?.description), "this_device": .bool(device == own),
        ]
    }
}

/// A limit with what was agreed to today.
package struct ShownLimit {
    package let limit: SpendingLimit
    package let agreed: Money

    package init(_ limit: SpendingLimit, _ agreed: Money) {
        self.limit = limit
        self.agreed = agreed
    }

    package var outputDocument: JSON {
        [
            "currency": .string(limit.currency.code), "always_ask": .bool(limit.alwaysAsks),
            "type_above": .optional(limit.typedAbove?.decimalString), "daily": .optional(limit.daily?.decimalString),
            "agreed_today": .string(agreed.decimalString),
        ]
    }
}

extension Account {
    /// What is known of the balance.
    package var balanceDocument: JSON {
        [
            "balance": .string(balance.decimalString), "currency": .string(balance.currency.code),
            "as_of": .string(asOf.description),
        ]
    }

    /// - Parameter age: How long ago the platform said so.
    package func balanceDocument(age: Duration) -> JSON {
        guard var object = balanceDocument.objectValue else { return .null }
        object["age_seconds"] = .integer(age.components.seconds)
        return .object(object)
    }

    /// Whose wallet it is, as a login answers.
    package var loginDocument: JSON {
        [
            "wallet": .string(wallet.rawValue), "balance": .string(balance.decimalString),
            "currency": .string(balance.currency.code),
        ]
    }
}
