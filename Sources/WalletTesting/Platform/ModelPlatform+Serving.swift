import Foundation
import WalletCore

extension ModelPlatform.State {
    /// Serves one call.
    mutating func serve(_ call: ModelPlatform.Call, token: String?, now: Timestamp) -> (Int, JSON) {
        expireIntents(at: now)
        let parts = call.line.split(separator: " ")
        let target = parts[1].split(separator: "?", maxSplits: 1)
        let path = target[0].split(separator: "/").map(String.init)
        let query = target.count > 1 ? String(target[1]) : ""
        switch path.first {
        case "auth": return identity(path, form: String(decoding: call.body, as: UTF8.self))
        case "merchant": return publicIntent(path.last ?? "")
        default: break
        }
        guard let token, token.hasPrefix("Bearer access-"), !revoked.contains(String(token.dropFirst(7))) else {
            return (401, failure("token missing or expired"))
        }
        switch path.dropFirst(3).first {
        case "wallet": return (200, ["success": true, "wallet": wallet])
        case "devices": return (201, ["success": true, "device_id": "dev_1"])
        case "approvals": return (200, approvalFeed(query))
        case "transactions": return (200, transactionFeed(query))
        case "payment-intents" where path.count == 6: return decide(call, intent: path[4], kind: path[5], now: now)
        default: return (404, failure("no such path"))
        }
    }

    private func failure(_ message: String, code: String? = nil, intent: JSON = .null) -> JSON {
        ["success": false, "error": .string(message), "code": .optional(code), "payment_intent": intent]
    }

    private var wallet: JSON {
        [
            "wallet_id": .string(ModelPlatform.wallet.rawValue), "user_id": "user_1",
            "scan_token": .string(ModelPlatform.wallet.rawValue), "currency": "USD",
            "balance": .string("\(balance / 100).\(String(balance % 100 + 100).dropFirst())"),
            "version": .integer(version),
            "updated_at": "2026-01-01T00:00:00Z",
        ]
    }

    private mutating func expireIntents(at now: Timestamp) {
        for (id, intent) in intents {
            guard let status = intent["status"]?.stringValue, IntentStatus(rawValue: status).isOpen,
                let expiresAt = intent["expires_at"]?.stringValue.flatMap({ Timestamp($0) }), expiresAt <= now
            else { continue }
            intents[id]?["status"] = "expired"
            if intent["target_wallet_id"] != .null { approvals.append(id) }
        }
    }

    private mutating func identity(_ path: [String], form: String) -> (Int, JSON) {
        if path.contains(".well-known") {
            return (
                200,
                [
                    "token_endpoint": "http://platform.test/auth/token",
                    "device_authorization_endpoint": "http://platform.test/auth/device",
                ]
            )
        }
        if path.last == "device" { return (200, deviceGrant) }
        if form.contains("device_code=device-secret&") {
            guard deviceAnswers.isEmpty else { return (400, ["error": .string(deviceAnswers.removeFirst())]) }
            return (200, giveTokens())
        }
        let isRefresh = form.contains("grant_type=refresh_token")
        let isGood = isRefresh ? form.contains("refresh_token=\(refreshToken)&") : form.contains("password=right")
        guard isGood else { return (400, ["error": "invalid_grant", "error_description": "wrong name or password"]) }
        return (200, giveTokens())
    }

    private mutating func giveTokens() -> JSON {
        tokensGiven += 1
        refreshToken = "refresh-\(tokensGiven)"
        return [
            "access_token": .string("access-\(tokensGiven)"), "expires_in": 300,
            "refresh_token": .string(refreshToken), "token_type": "Bearer",
        ]
    }

    private var deviceGrant: JSON {
        [
            "device_code": "device-secret", "user_code": "WDJB-MJHT",
            "verification_uri": "http://platform.test/auth/page",
            "verification_uri_complete": "http://platform.test/auth/page?user_code=WDJB-MJHT", "expires_in": 600,
            "interval": 5,
        ]
    }

    private func publicIntent(_ id: String) -> (Int, JSON) {
        guard var intent = intents[id] else { return (404, failure("no such payment intent")) }
        // Who paid is nobody else's business.
        intent["completed_by"] = nil
        return (200, ["success": true, "payment_intent": .object(intent)])
    }

    private func approvalFeed(_ query: String) -> JSON {
        let after = number("after", in: query)
        let numbered = approvals.enumerated().map { (seq: $0.offset + 1, id: $0.element) }
        let shown = numbered.filter { entry in
            if let after { return entry.seq > after }
            return intents[entry.id]?["status"] == "pending_approval"
        }
        let items = shown.map { entry -> JSON in
            ["seq": .integer(entry.seq), "payment_intent": .object(intents[entry.id] ?? JSONObject())]
        }
        return ["success": true, "approvals": .array(items), "next": .integer(approvals.count), "has_more": false]
    }

    private func transactionFeed(_ query: String) -> JSON {
        let items = Array(transactions.dropFirst(number("after", in: query) ?? 0).prefix(2))
        let next = (number("after", in: query) ?? 0) + items.count
        return [
            "success": true, "transactions": .array(items), "next": .integer(next),
            "has_more": .bool(next < transactions.count),
        ]
    }

    private func number(_ name: String, in query: String) -> Int? {
        query.split(separator: "&").first { $0.hasPrefix("\(name)=") }.flatMap { Int($0.dropFirst(name.count + 1)) }
    }

    private mutating func decide(
        _ call: ModelPlatform.Call, intent id: String, kind: String, now: Timestamp
    ) -> (Int, JSON) {
        guard let key = call.key else { return (400, failure("Idempotency-Key is missing")) }
        if let earlier = answers[key] {
            guard earlier.body == call.body else { return (409, failure("other body", code: "idempotency_mismatch")) }
            var document = earlier.document.objectValue ?? JSONObject()
            if earlier.status == 200 { document["replayed"] = true }
            return (earlier.status, .object(document))
        }
        let (status, document) = judge(call, intent: id, kind: kind, now: now)
        // The first answer to a key stands, whichever it was.
        if status != 404 { answers[key] = (call.body, status, document) }
        return (status, document)
    }

    private mutating func judge(
        _ call: ModelPlatform.Call, intent id: String, kind: String, now: Timestamp
    ) -> (Int, JSON) {
        guard var intent = intents[id] else { return (404, failure("no such payment intent")) }
        if intent["status"] == "expired" {
            return (409, failure("it has expired", code: "intent_expired", intent: .object(intent)))
        }
        guard intent["status"] == (kind == "pay" ? "pending" : "pending_approval") else {
            return (409, failure("it was decided already", code: "intent_not_payable", intent: .object(intent)))
        }
        guard let body = try? JSON(parsing: call.body), let units = Int64(minorUnitsOf: body["amount"]?.stringValue),
            units == Int64(minorUnitsOf: intent["amount"].map { "\($0.text)" })
        else { return (422, failure("the amount is another", code: "terms_changed")) }
        intent["status"] = kind == "decline" ? "declined" : "completed"
        var document: JSONObject = JSONObject([.init("success", true), .init("replayed", false)])
        if kind != "decline" {
            guard units <= balance else { return (422, failure("too little money", code: "insufficient_balance")) }
            balance -= units
            version += 1
            debits.append(id)
            intent["completed_by"] = .string(ModelPlatform.wallet.rawValue)
            let transaction = self.transaction(of: intent, at: now)
            transactions.append(transaction)
            document["transaction"] = transaction
        }
        intents[id] = intent
        if intent["target_wallet_id"] != .null { approvals.append(id) }
        document["payment_intent"] = .object(intent)
        return (200, .object(document))
    }

    private func transaction(of intent: JSONObject, at now: Timestamp) -> JSON {
        [
            "transaction_id": .string("tx_\(transactions.count + 1)"), "transaction_type": "payment",
            "status": "completed", "amount": .string(intent["amount"]?.text ?? ""), "currency": "USD",
            "from_account_id": .string(ModelPlatform.wallet.rawValue), "to_account_id": "mer_1",
            "description": intent["description"] ?? .null, "metadata": ["payment_intent_id": intent["id"] ?? .null],
            "created_at": .string(now.description), "completed_at": .string(now.description),
            "seq": .integer(transactions.count + 1),
        ]
    }
}

extension Int64 {
    fileprivate init?(minorUnitsOf digits: String?) {
        guard let digits, let usd = try? Currency("USD"), let money = try? Money(digits: digits, currency: usd) else {
            return nil
        }
        self = money.minorUnits
    }
}
