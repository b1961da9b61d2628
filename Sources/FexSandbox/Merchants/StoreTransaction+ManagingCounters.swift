import FexValues
import GRDB

extension StoreTransaction {
    /// Whose counter is meant: a merchant's own, or anybody's for the platform.
    ///
    /// - Throws: ``PlatformError`` 404, also for another merchant's counter: only its merchant knows that it exists.
    ///   403 for another counter of the same merchant.
    func counter(_ id: String, for principal: Principal) throws -> Counter {
        let (merchantID, counterID): (String?, String?) =
            if case .merchant(let merchantID, let counterID) = principal { (merchantID, counterID) } else { (nil, nil) }
        guard let counter = try counter(id, merchantID: merchantID) else {
            throw PlatformError.notFound("there is no counter with this id")
        }
        guard counterID == nil || counterID == id else {
            throw PlatformError.forbidden("the token belongs to another counter")
        }
        return counter
    }

    /// Changes a counter that is in use.
    ///
    /// - Throws: ``PlatformError`` 404, or 409 for one that was deactivated.
    func updateCounter(_ id: String, _ change: CounterChange, for principal: Principal) throws -> Counter {
        var counter = try activeCounter(id, for: principal)
        if let name = change.name { counter.name = name }
        if case .set(let location) = change.location { counter.location = location }
        if case .set(let url) = change.webhookURL { counter.webhookURL = url }
        counter.updatedAt = now
        try run(
            "UPDATE counters SET name = ?, location = ?, webhook_url = ?, updated_at = ? WHERE id = ?",
            [counter.name, counter.location, counter.webhookURL, now.milliseconds, id])
        return counter
    }

    /// Takes a counter out of use: its credentials and its tokens are dead at once. Doing so again changes nothing.
    func deactivateCounter(_ id: String, for principal: Principal) throws -> Counter {
        var counter = try counter(id, for: principal)
        guard counter.isActive else { return counter }
        counter.isActive = false
        counter.updatedAt = now
        try run("UPDATE counters SET status = 'inactive', updated_at = ? WHERE id = ?", [now.milliseconds, id])
        try run("UPDATE clients SET is_active = 0 WHERE counter_id = ?", [id])
        return counter
    }

    /// Gives a counter a new secret for its webhooks; whatever is sent from now on is signed with it.
    ///
    /// - Throws: ``PlatformError`` 404, or 409 for one that was deactivated.
    func rotateWebhookSecret(counterID id: String, for principal: Principal) throws -> String {
        _ = try activeCounter(id, for: principal)
        let secret = entropy.secret(byteCount: 32)
        try run(
            "UPDATE counters SET webhook_secret = ?, updated_at = ? WHERE id = ?", [secret, now.milliseconds, id])
        return secret
    }

    private func activeCounter(_ id: String, for principal: Principal) throws -> Counter {
        let counter = try counter(id, for: principal)
        guard counter.isActive else { throw PlatformError.conflict("the counter has been deactivated") }
        return counter
    }
}
