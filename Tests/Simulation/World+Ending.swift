import GRDB
import WalletCore

extension World {
    /// Lets all faults end, gives every process the time that it needs, and checks that nothing was left undone.
    func finish() {
        isCalm = true
        for device in devices { device.offlineUntil = 0 }
        for process in processes { process.momentsToLive = nil }
        // Two that wait for an answer, made in one second: the first thing that a feed must not lose.
        ask(100, SimulatedPlatform.wallet, 3_600_000)
        ask(200, SimulatedPlatform.wallet, 3_600_000)
        step(until: timeline.now + 61_000)
        for round in 0..<2 {
            for slot in processes.indices { sync(slot) }
            step(until: timeline.now + 130_000)
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

    /// Runs what is due until a time, checking after every step.
    func step(until end: Int64) {
        // What was begun from outside may not have waited for anything yet.
        timeline.drain()
        check()
        while violation == nil, timeline.steps < World.longest, timeline.step(until: end) != nil { check() }
        if timeline.steps >= World.longest { report(.everythingSettles, "it never comes to an end") }
    }

    /// More steps than any world takes.
    private static let longest = 20_000

    /// Each wallet, by the time that it knows, shows what waits.
    private func checkNothingIsMissing() {
        for process in processes {
            guard let wallet = process.wallet, let shown = timeline.immediately({ try await wallet.approvals.load() })
            else { return report(.everythingSettles, "\(process.name) has no inbox") }
            for intent in platform.intents where intent.target == SimulatedPlatform.wallet {
                // The time is known within the longest call and a second.
                guard intent.status == "pending_approval", intent.expiresAt > timeline.now + 31_000 else { continue }
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
        platform.expire(at: timeline.now)
        let observer = observers[device.number]
        guard let shown = timeline.immediately({ try await observer.approvals.load() }) else {
            return report(.booksAgree, "the inbox of device \(device.number) can't be read")
        }
        for approval in shown {
            let id = approval.intent.id.rawValue
            guard let place = platform.place(of: id) else { continue }
            let status = platform.intents[place].status
            let truths: Set<Approval.State> =
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
            try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
                + Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map(\.description)
        }
        if problems != [] { report(.booksAgree, "the database is damaged: \(problems ?? [])") }
        let balance = try? device.queue.unsafeRead {
            try Int.fetchOne($0.cachedStatement(sql: "SELECT balance FROM account"))
        }
        if balance != platform.balances.last { report(.booksAgree, "the balance is \(balance ?? -1) at the end") }
        let paid = try? device.queue.unsafeRead { db in
            try String.fetchAll(db, sql: "SELECT id || ' ' || amount FROM ledger_transaction ORDER BY id")
        }
        if paid != platform.debits.map({ "\($0.id) \($0.cents)" }).sorted() {
            report(.booksAgree, "the history is not the ledger's: \(paid ?? [])")
        }
    }
}
