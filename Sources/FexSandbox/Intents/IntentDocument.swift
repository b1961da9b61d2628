import FexValues

/// A payment intent as JSON, for those who may see all of it and for those who may not.
struct IntentDocument {
    /// Which of the two published forms `qr_data` takes.
    var qrForm: QRForm

    /// Everything: for the merchant, and for the wallet that it is aimed at or that paid it.
    func full(_ intent: Intent) -> JSON {
        var object = publicObject(intent)
        object["completed_by"] = intent.completedBy.map { .string($0) }
        object["refund_status"] = intent.refundStatus.map { .string($0.rawValue) }
        object["refund_ledger_tx_id"] = intent.refundTransactionID.map { .string($0) }
        object["callback_url"] = intent.callbackURL.map { .string($0) }
        return .object(object)
    }

    /// Everything but what may be long and that no list shows.
    func summary(_ intent: Intent) -> JSON {
        guard case .object(var object) = full(intent) else { return full(intent) }
        object.members.removeAll { ["metadata", "qr_code_url", "qr_data"].contains($0.name) }
        return .object(object)
    }

    /// What anybody may see who has the id: not who paid, nor where the merchant is told.
    func open(_ intent: Intent) -> JSON { .object(publicObject(intent)) }

    private func publicObject(_ intent: Intent) -> JSONObject {
        var object = JSONObject([
            JSONObject.Member("id", .string(intent.id)),
            JSONObject.Member("merchant_id", .string(intent.merchantID)),
            JSONObject.Member("amount", .number(intent.amount.decimalString)),
            JSONObject.Member("currency", .string(intent.amount.currency.code)),
            JSONObject.Member("status", .string(intent.status.rawValue)),
            JSONObject.Member("expires_at", .string(intent.expiresAt.rfc3339)),
            JSONObject.Member("merchant_name", .string(intent.merchantName)),
        ])
        func add(_ name: String, _ text: String?) {
            if let text { object.members.append(JSONObject.Member(name, .string(text))) }
        }
        add("description", intent.description)
        add("qr_code_url", intent.qrCodeURL)
        if intent.targetWalletID == nil { add("qr_data", qrForm.text(of: intent)) }
        add("target_wallet_id", intent.targetWalletID)
        add("counter_id", intent.counterID)
        add("reference", intent.reference)
        if let metadata = intent.metadata.flatMap({ try? JSON(parsing: $0) }) {
            object.members.append(JSONObject.Member("metadata", metadata))
        }
        add("created_at", intent.createdAt.rfc3339)
        add("updated_at", intent.updatedAt.rfc3339)
        return object
    }
}
