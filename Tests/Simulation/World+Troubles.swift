import FexValues
import Foundation
import GRDB
import WalletCore
import WalletTesting

extension World {
    // MARK: Sessions and keys

    func logOut(in slot: Int) {
        let device = processes[slot].device
        run("logs out", in: slot) { [self] wallet in
            // What is kept is forgotten before anybody else has a turn.
            device.isLoggedOut = device.logins == 0
            try await wallet.account.logOut()
            count("troubles", "log-out")
            return "done"
        }
    }

    func logIn(in slot: Int) {
        let device = processes[slot].device
        run("logs in", in: slot) { wallet in
            device.isLoggedOut = false
            device.logins += 1
            defer { device.logins -= 1 }
            return "\(try await wallet.account.logIn(username: "a", password: "right", deviceName: "sim").wallet)"
        }
    }

    /// Ends every session, also that of a process which listens until all is calm again.
    func endSessions() {
        if troubles.contains(.listening) { listen(in: 0, for: Plan.end + 400_000 - timeline.now) }
        platform.endSessions()
        count("troubles", "sessions ended")
        note("the platform ends all sessions")
    }

    /// Whether a device has no session in which it could act.
    func isSessionOver(on device: SimulatedDevice) -> Bool {
        device.refreshToken.map { platform.isOver(refreshToken: $0) } ?? true
    }

    func loseKey(of device: SimulatedDevice) {
        device.secrets[.deviceKey] = nil
        count("troubles", "key lost")
        note("device \(device.number) loses its key")
        // The customer is told, and logs in again.
        for slot in processes.indices where processes[slot].device === device {
            timeline.schedule(after: Int64(network.int(10_000...60_000)), "plan") { [self] in logIn(in: slot) }
        }
    }

    // MARK: Feeds

    /// Adds a row to a feed that nobody can read, or hides the customer's payments for a while.
    func addUnreadable(_ number: Int) {
        if number % 4 == 3 { return hidePayments(areReadable: number % 8 == 7) }
        count("troubles", "unreadable row")
        let (field, value): (String, JSON) = number % 2 == 0 ? ("amount", "abc") : ("currency", "XYZ")
        if number % 4 < 2 {
            let place = ask(100, World.wallet, 60_000)
            platform.set(field, to: value, of: place)
            return note("pi_\(place) can't be read")
        }
        let place = platform.transactions.count
        platform.add(
            .init(
                id: "tx_\(place + 1)", intent: "pi_none", amount: number % 2 == 0 ? "abc" : "1.00",
                currency: number % 2 == 0 ? "USD" : "XYZ", from: World.wallet, to: "mer_1", summary: nil,
                createdAt: now))
        note("tx_\(place + 1) can't be read")
    }

    /// Has the payments that are made in the next minutes stand in the ledger in a currency that nobody knows, or without
    /// their intents.
    private func hidePayments(areReadable: Bool) {
        hiding = areReadable ? .intent : .everything
        note("payments \(areReadable ? "name no intent" : "can't be read")")
        // Where such a row is passed over, until after most requests have ended.
        let span: Int64 = mutation == .keptRowPassedOver ? 900_000 : 240_000
        timeline.schedule(after: span, "plan") { [self] in showPayments() }
    }

    /// Hides what was paid since there were so many transactions.
    func hidePayments(since count: Int) {
        guard let hiding, count < platform.transactions.count else { return }
        for place in count..<platform.transactions.count {
            self.count("troubles", "payment hidden")
            platform.change(place) {
                switch hiding {
                case .intent: $0.showsIntent = false
                case .everything: $0.currency = "XYZ"
                }
            }
        }
    }

    /// Has every payment stand in the ledger as it is.
    func showPayments() {
        hiding = nil
        for (place, row) in platform.transactions.enumerated() where row.intent != "pi_none" {
            guard !row.showsIntent || row.currency != "USD" else { continue }
            platform.change(place) { ($0.showsIntent, $0.currency) = (true, "USD") }
            note("\(row.id) is shown as it is")
        }
    }

    /// Numbers the requests anew where each device can tell, and nothing that was told under the old numbers is on its way.
    func renumberRequests(_ attempt: Int = 0) {
        var renumbered = platform
        renumbered.renumberRequests()
        let cursors = devices.map(cursor(of:))
        // One that has no cursor yet may be about to save one of the old numbers.
        let canTell = cursors.allSatisfy { $0 ?? 0 > renumbered.lastChange }
        guard canTell, feedAnswersOnTheWay == 0, !isCalm else {
            guard attempt < 30, !isCalm else { return }
            timeline.schedule(after: 2000, "plan") { [self] in renumberRequests(attempt + 1) }
            return
        }
        platform = renumbered
        renumberings += 1
        for line in earlier.keys where line.contains("/approvals") { earlier[line] = nil }
        for (device, cursor) in zip(devices, cursors) { device.cursorAhead = cursor }
        count("troubles", "feed renumbered")
        note("the requests have other numbers")
    }

    private func cursor(of device: SimulatedDevice) -> Int? {
        try? device.queue.unsafeRead {
            try Int.fetchOne($0.cachedStatement(sql: "SELECT after FROM feed WHERE name = 'approvals'"))
        }
    }

    /// Whether a device has heard that the feed fell behind its cursor, or can't any more.
    func noteCursor(of device: SimulatedDevice) {
        guard let ahead = device.cursorAhead else { return }
        if cursor(of: device) ?? 0 < ahead {
            device.cursorAhead = nil
        } else if platform.lastChange >= ahead {
            device.isMisled = true
        }
    }

    // MARK: Backups

    /// Copies a device's database; not while it holds a decision that has not left.
    ///
    /// Set back to that, no wallet can know that the decision left later.
    func backUp(_ device: SimulatedDevice) {
        let rows = (try? loadRows(of: device)) ?? []
        guard !rows.contains(where: { !$0.isSettled && !$0.mayHaveLeft && $0.state != "sending" }) else { return }
        guard let copy = try? DatabaseQueue(), (try? device.queue.backup(to: copy)) != nil else { return }
        device.backup = copy
        // Where the device has not heard yet that it was numbered anew, its backup has not either.
        device.backupIsOf = device.cursorAhead == nil ? renumberings : nil
        note("device \(device.number) is backed up")
    }

    /// Sets a device back to its backup, as a new phone is set up from an old one's.
    func restore(_ device: SimulatedDevice) {
        guard let backup = device.backup else { return }
        count("troubles", "device restored")
        note("device \(device.number) is set back")
        for process in processes where process.device === device { process.crash() }
        let cursors = mutation == .restoredCursorKept ? loadCursors(of: device) : []
        guard (try? backup.backup(to: device.queue)) != nil, let rows = try? loadRows(of: device) else {
            return report(.booksAgree, "device \(device.number) can't be set back")
        }
        for cursor in cursors { restore(cursor, on: device) }
        if device.backupIsOf != renumberings, let cursor = cursor(of: device) {
            device.cursorAhead = cursor
            device.isMisled = device.isMisled || platform.lastChange >= cursor
        }
        device.restart()
        device.noteReplacement()
        oracle.forget(device: device.number, except: rows)
    }

    private func loadCursors(of device: SimulatedDevice) -> [Row] {
        (try? device.queue.unsafeRead { try Row.fetchAll($0, sql: "SELECT name, after FROM feed") }) ?? []
    }

    private func restore(_ cursor: Row, on device: SimulatedDevice) {
        try? device.queue.write { db in
            try db.execute(
                sql: "UPDATE feed SET after = ?1, checked = ?1 WHERE name = ?2",
                arguments: [cursor["after"] as Int, cursor["name"] as String])
        }
    }

    // MARK: Time

    func correctClock(by shift: Int64) {
        shifts.append(shifts[shifts.count - 1] + shift)
        count("troubles", "clock corrected")
        note("the platform's clock is corrected by \(shift)")
    }
}

/// What a ledger may hide of a payment.
enum Hiding {
    /// To which intent it belongs.
    case intent
    /// So much that it can't be read.
    case everything
}
