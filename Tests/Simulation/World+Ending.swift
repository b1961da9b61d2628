import FexValues
import GRDB
import WalletCore
import WalletTesting

extension World {
    /// Lets all faults end, gives every process the time that it needs, and checks that nothing was left undone.
    func finish() {
        isCalm = true
        for device in devices { device.offlineUntil = 0 }
        for process in processes { process.momentsToLive = nil }
        showPayments()
        // Two that wait for an answer, made in one second: the first thing that a feed must not lose.
        ask(100, World.wallet, 3_600_000)
        ask(200, World.wallet, 3_600_000)
        step(until: timeline.now + 61_000)
        checkListeningAtEnd()
        logInAgain()
        for round in 0..<2 {
            for slot in processes.indices { sync(slot) }
            stepUntilSynced()
            if round == 0 { checkNothingIsMissing() }
        }
        for device in devices { checkEnd(of: device) }
        let all = processes
        for process in all {
            process.onCrash = nil
            process.crash()
        }
        timeline.drain()
        // The world holds these, and each of them the world.
        processes = []
        observers = []
        timeline.forget()
    }

    /// Gives each sync that was begun since all is calm the time that it needs, however slow the platform answers.
    private func stepUntilSynced() {
        for _ in 0..<8 {
            step(until: timeline.now + 130_000)
            guard violation == nil, syncsToEnd > 0 else { return }
        }
        report(.everythingSettles, "a sync doesn't end when all works")
    }

    /// Runs what is due until a time, checking after every step.
    func step(until end: Int64) {
        // What was begun from outside may not have waited for anything yet.
        timeline.drain()
        check()
        while violation == nil, !timeline.isStuck, timeline.steps < World.longest, let step = timeline.step(until: end)
        {
            count("steps", step)
            check()
        }
        if timeline.isStuck { report(.everythingSettles, "something goes on and on, and waits for nothing") }
        if timeline.steps >= World.longest { report(.everythingSettles, "it never comes to an end") }
    }

    /// The end of a session is heard of, and after a login all goes on. It ends also where the answer to a renewal was lost for
    /// too long.
    private func logInAgain() {
        for (slot, process) in processes.enumerated() where isSessionOver(on: process.device) {
            checkSessionEnd(slot)
        }
        step(until: timeline.now + 130_000)
        for slot in processes.indices { logIn(in: slot) }
        step(until: timeline.now + 130_000)
    }

    private func checkSessionEnd(_ slot: Int) {
        let process = processes[slot]
        run("looks for its session", in: slot) { [self] wallet in
            do {
                _ = try await wallet.sync.refreshAccount()
                // The customer may have logged in meanwhile.
                guard isSessionOver(on: process.device) else { return "logged in again" }
                report(.sessionIsAsSaid, "\(process.name) acts in a session that is over")
            } catch {
                let code = (error as? any WalletError)?.code ?? "\(type(of: error))"
                guard !process.isDead, !["session_ended", "not_logged_in"].contains(code) else { return code }
                report(.sessionIsAsSaid, "\(process.name) has no session, and says \(code)")
            }
            return "said"
        }
    }

    /// More steps than any world takes.
    private static let longest = 20_000

    /// Each wallet, by the time that it knows, shows what waits.
    private func checkNothingIsMissing() {
        for process in processes where !process.device.isMisled {
            guard let wallet = process.wallet, let shown = timeline.immediately({ try await wallet.approvals.load() })
            else { return report(.everythingSettles, "\(process.name) has no inbox") }
            for intent in platform.intents where intent.target == World.wallet && intent.units != nil {
                // The time is known within the longest call and a second.
                guard intent.status == "pending_approval", intent.expiresAt > now.advanced(by: .milliseconds(31_000))
                else { continue }
                let state = shown.first { $0.intent.id.rawValue == intent.id }?.state
                if state != .pending, state != .answered {
                    let state = state.map { "\($0)" } ?? "missing"
                    report(.everythingSettles, "\(intent.id) waits, and is \(state) in \(process.name)")
                }
            }
        }
    }

    private func checkEnd(of device: SimulatedDevice) {
        guard let rows = try? loadRows(of: device) else { return }
        for row in rows where !row.isSettled {
            report(.everythingSettles, "the \(row.kind) of \(row.intent) is \(row.state) for ever")
        }
        checkInboxAtEnd(of: device)
        checkBooks(of: device)
    }

    /// Once all is told, each request is shown as what became of it.
    private func checkInboxAtEnd(of device: SimulatedDevice) {
        guard !device.isMisled else { return }
        platform.expire(at: now)
        let observer = observers[device.number]
        guard let shown = timeline.immediately({ try await observer.approvals.load() }) else {
            return report(.booksAgree, "the inbox of device \(device.number) can't be read")
        }
        for approval in shown {
            let id = approval.intent.id.rawValue
            guard let place = platform.place(of: id) else { continue }
            let status = platform.intents[place].status
            let truths: Set<ApprovalRequest.State> =
                switch status {
                case "pending_approval": [.pending]
                case "cancelled": [.cancelled]
                case "expired": [.expired]
                case "declined": [.declined, .decidedElsewhere]
                default: [.approved, .decidedElsewhere]
                }
            if !truths.contains(approval.state) {
                report(.everythingSettles, "\(id) is \(status), and shown as \(approval.state) at the end")
            }
        }
    }

    private func checkBooks(of device: SimulatedDevice) {
        let problems = try? device.queue.unsafeRead { db in
            try String.fetchAll(db.cachedStatement(sql: "PRAGMA integrity_check")).filter { $0 != "ok" }
                + Row.fetchAll(db.cachedStatement(sql: "PRAGMA foreign_key_check")).map(\.description)
        }
        if problems != [] { report(.booksAgree, "the database is damaged: \(problems ?? [])") }
        let balance = try? device.queue.unsafeRead {
            try Int.fetchOne($0.cachedStatement(sql: "SELECT balance FROM account"))
        }
        if balance.map(Int64.init) != platform.balance {
            report(.booksAgree, "the balance is \(balance ?? -1) at the end")
        }
        let paid = try? device.queue.unsafeRead { db in
            try String.fetchAll(
                db.cachedStatement(sql: "SELECT id || ' ' || amount FROM ledger_transaction ORDER BY id"))
        }
        let readable = platform.transactions.compactMap { row in
            Money(row).map { "\(row.id) \($0.minorUnits)" }
        }
        if paid != readable.sorted() {
            report(.booksAgree, "the history is not the ledger's: \(paid ?? [])")
        }
    }
}

extension Money {
    /// The amount of a row; `nil` where it has none.
    fileprivate init?(_ row: PlatformModel.Transaction) {
        guard let currency = try? Currency(row.currency), let money = try? Money(digits: row.amount, currency: currency)
        else { return nil }
        self = money
    }
}
