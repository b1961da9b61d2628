import FexValues
import GRDB
import WalletCore
import WalletTesting

extension World {
    /// Checks everything that a step may have changed.
    func check() {
        dropTombstones()
        let isPlatformChanged = takePlatformChange()
        if isPlatformChanged { checkLedger() }
        checkSessions()
        checkListening()
        var isAnyChanged = false
        for device in devices {
            let changed = device.takeChanges()
            guard changed.any else { continue }
            isAnyChanged = true
            noteCursor(of: device)
            guard let rows = try? loadRows(of: device) else {
                report(.booksAgree, "device \(device.number) can't be read")
                continue
            }
            checkHistory(of: device, rows)
            checkSent(of: device, rows)
            if changed.inbox { checkInbox(of: device, rows) }
            checkBalance(of: device)
        }
        // The platform goes on by itself, and what was said before must stay true.
        guard isPlatformChanged || isAnyChanged else { return }
        for device in devices { checkTruth(of: device) }
    }

    private func dropTombstones() {
        guard mutation == .tombstonesDropped else { return }
        for device in devices where device.isChanged {
            try? device.queue.write { db in
                try db.execute(
                    sql: """
                        DELETE FROM approval WHERE intent_id IN
                            (SELECT intent_id FROM decision WHERE settled_at IS NOT NULL);
                        DELETE FROM decision WHERE settled_at IS NOT NULL;
                        """)
            }
        }
    }

    private func checkLedger() {
        var debited: Set<String> = []
        for debit in platform.transactions where debit.intent != "pi_none" && !debited.insert(debit.intent).inserted {
            report(.debitedOnce, "\(debit.intent) was debited twice")
        }
    }

    private func checkSessions() {
        for device in devices where device.isLoggedOut && device.refreshToken != nil {
            report(.sessionIsAsSaid, "device \(device.number) has tokens after the customer logged out")
        }
    }

    /// Decisions stay what they were, and settle once; what came to nothing may be asked after again.
    private func checkHistory(of device: SimulatedDevice, _ rows: [Oracle.Row]) {
        var present: [String: Oracle.Row] = [:]
        for row in rows { present[row.id] = row }
        for id in oracle.order[device.number] {
            guard let before = oracle.rows[device.number][id] else { continue }
            guard let now = present[id] else {
                report(.firstDecisionStands, "the \(before.kind) of \(before.intent) is gone")
                continue
            }
            if (now.kind, now.intent, now.key) != (before.kind, before.intent, before.key) {
                report(.firstDecisionStands, "the \(before.kind) of \(before.intent) was rewritten")
            }
            let isReopened = before.cameToNothing && ["unknown", "sending", "confirmed"].contains(now.state)
            if before.isSettled, now.state != before.state, !isReopened {
                report(.firstDecisionStands, "\(before.intent) went from \(before.state) to \(now.state)")
            }
        }
        for row in rows {
            if oracle.rows[device.number][row.id] == nil { oracle.order[device.number].append(row.id) }
            oracle.rows[device.number][row.id] = row
        }
        for row in rows {
            let standing = rows.count { $0.intent == row.intent && !$0.cameToNothing }
            if standing > 1 { report(.firstDecisionStands, "two decisions stand on \(row.intent)") }
        }
    }

    /// What left is remembered as having left.
    private func checkSent(of device: SimulatedDevice, _ rows: [Oracle.Row]) {
        for key in oracle.keys where oracle.sent[key]?.device == device.number && !oracle.forgotten.contains(key) {
            let state = rows.first { $0.key == key }?.state ?? "gone"
            if !["sending", "unknown", "confirmed", "refused", "lapsed"].contains(state) {
                report(.storedBeforeSent, "\(key) has left, and its decision is \(state)")
            }
        }
    }

    /// What is said of a decision is what the ledger says.
    private func checkTruth(of device: SimulatedDevice) {
        for id in oracle.order[device.number] {
            guard let row = oracle.rows[device.number][id], let place = platform.place(of: row.intent) else { continue }
            let intent = platform.intents[place]
            let tookEffect = platform.effects[row.key] != nil
            switch row.state {
            case "confirmed":
                // Another device of the customer's may have been the one; then it is said by both, and true.
                let isTrue =
                    row.movesMoney
                    ? intent.completedBy == World.wallet : intent.status == "declined"
                if !isTrue { report(.toldTruthfully, "\(row.intent) is shown as confirmed and is \(intent.status)") }
            case "refused", "lapsed", "cancelled":
                if tookEffect { report(.toldTruthfully, "\(row.intent) is shown as \(row.state) and took effect") }
                // The time is known within the longest call and a second.
                if row.state == "lapsed", latestTime < intent.expiresAt.advanced(by: .milliseconds(-31_000)) {
                    report(.toldTruthfully, "\(row.intent) is shown as lapsed long before its end")
                }
            default: break
            }
        }
    }

    /// Requests are there once, stay, stay over, and say what the platform says.
    private func checkInbox(of device: SimulatedDevice, _ rows: [Oracle.Row]) {
        guard device.number < observers.count else { return }
        let observer = observers[device.number]
        guard let shown = timeline.immediately({ try await observer.approvals.load() }) else {
            return report(.booksAgree, "the inbox of device \(device.number) can't be read")
        }
        var seen: [String: ApprovalRequest.State] = [:]
        for approval in shown {
            let id = approval.intent.id.rawValue
            if seen.updateValue(approval.state, forKey: id) != nil { report(.shownOnce, "\(id) is shown twice") }
            checkShown(approval)
            let before = oracle.inbox[device.number][id]
            // It may have been said wrongly that it is over.
            let isOpen = platform.place(of: id).map { platform.intents[$0].isOpen } ?? false
            if let before, isOver(before), !isOver(approval.state), approval.state != .answered, !isOpen {
                report(.shownOnce, "\(id) was \(before) and is \(approval.state) again")
            }
        }
        for id in oracle.inbox[device.number].keys.sorted() where seen[id] == nil {
            report(.shownOnce, "\(id) is no longer shown")
        }
        oracle.inbox[device.number] = seen
        for row in rows {
            guard let place = platform.place(of: row.intent) else {
                report(.forgedNeverPayable, "\(row.intent) was decided on and is none of the platform's")
                continue
            }
            let intent = platform.intents[place]
            if Int64(row.cents) != intent.units || row.merchant != intent.merchant {
                report(.termsAreThePlatforms, "\(row.intent) was decided on with other terms")
            }
            if let target = intent.target, target != World.wallet {
                report(.forgedNeverPayable, "\(row.intent) was decided on and is another wallet's")
            }
        }
    }

    /// Over by the platform's word or the customer's; by the clock alone it may turn out not to be.
    private func isOver(_ state: ApprovalRequest.State) -> Bool {
        [.approved, .declined, .decidedElsewhere, .cancelled].contains(state)
    }

    private func checkShown(_ approval: ApprovalRequest) {
        let id = approval.intent.id.rawValue
        guard let place = platform.place(of: id), platform.intents[place].target == World.wallet else {
            return report(.forgedNeverPayable, "\(id) is in the inbox and not for this wallet")
        }
        let intent = platform.intents[place]
        if approval.intent.amount.minorUnits != intent.units
            || approval.intent.merchantID.rawValue != intent.merchant || approval.changedFrom != nil
        {
            report(.termsAreThePlatforms, "\(id) is shown with other terms")
        }
        if approval.state == .decidedElsewhere, intent.isOpen {
            report(.toldTruthfully, "\(id) is shown as decided and is \(intent.status)")
        }
    }

    /// The balance is one that the wallet had.
    private func checkBalance(of device: SimulatedDevice) {
        let row = try? device.queue.unsafeRead {
            try Row.fetchOne($0.cachedStatement(sql: "SELECT balance, version FROM account"))
        }
        guard let version = row?["version"] as Int?, let balance = row?["balance"] as Int? else {
            return report(.booksAgree, "there is no account")
        }
        if version > platform.balances.count || platform.balances[version - 1] != Int64(balance) {
            report(.booksAgree, "the balance \(balance) is not that of version \(version)")
        }
    }
}
