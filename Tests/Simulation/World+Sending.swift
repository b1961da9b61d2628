import FexValues
import Foundation
import GRDB
import WalletCore
import WalletTesting

extension World {
    /// Takes note of a decision whose first byte is about to leave, and checks that it may.
    func noteSent(_ request: PlatformModel.Request, by process: SimulatedProcess) {
        let device = process.device
        let key = request.key ?? ""
        let intent = request.intentID
        note("\(process.name) sends \(intent) \(request.path.last ?? "") \(key)")
        device.beforeLastSend = device.beforeLastWrite
        let rows = (try? loadRows(of: device)) ?? []
        guard let row = rows.first(where: { $0.key == key }) else {
            return report(.storedBeforeSent, "\(key) leaves \(process.name) and is not on disk")
        }
        if row.state != "sending" { report(.storedBeforeSent, "\(key) leaves while its decision is \(row.state)") }
        if let body = loadBody(key, of: device), body != request.body {
            report(.storedBeforeSent, "\(key) leaves with a body that is not the one on disk")
        }
        if let earlier = oracle.sent[key], earlier.body != request.body {
            report(.storedBeforeSent, "\(key) leaves again with another body")
        }
        checkOtherKeys(than: key, intent: intent, device: device, rows: rows)
        checkTerms(request, intent, process)
        if oracle.sent[key] == nil { oracle.keys.append(key) }
        oracle.sent[key] = Oracle.Sent(device: device.number, intent: intent, body: request.body)
    }

    private func loadBody(_ key: String, of device: SimulatedDevice) -> Data? {
        try? device.queue.unsafeRead {
            try Data.fetchOne(
                $0.cachedStatement(sql: "SELECT body FROM decision WHERE idempotency_key = ?"), arguments: [key])
        }
    }

    private func checkOtherKeys(than key: String, intent: String, device: SimulatedDevice, rows: [Oracle.Row]) {
        for other in oracle.keys where other != key && !oracle.forgotten.contains(other) {
            guard let sent = oracle.sent[other], sent.device == device.number, sent.intent == intent else { continue }
            let state = rows.first { $0.key == other }?.state ?? "gone"
            if !["refused", "lapsed"].contains(state) {
                report(.debitedOnce, "\(key) leaves for \(intent) while \(other) is \(state)")
            }
        }
    }

    private func checkTerms(_ request: PlatformModel.Request, _ intent: String, _ process: SimulatedProcess) {
        guard let place = platform.place(of: intent) else {
            return report(.forgedNeverPayable, "\(intent) is none of the platform's")
        }
        let known = platform.intents[place]
        if known.target != nil, known.target != World.wallet {
            report(.forgedNeverPayable, "\(intent) is another wallet's")
        }
        let terms = DecisionTerms(request.body)
        if terms?.amount != known.units || terms?.merchant != known.merchant || terms?.currency != known.currency {
            report(.termsAreThePlatforms, "\(intent) is sent with other terms")
        }
        // A clock that was corrected since the process last heard it may be believed until then; so may, by one that has not
        // heard it yet, what another process of the device had heard.
        let epochs = (process.heardEpoch ?? 0)..<shifts.count
        // So may one that is told by an answer from the past: one not older than calls take can't be told from a fresh one.
        let grace: Duration = process.device.heardOldTime ? .seconds(31) : .zero
        if let time = epochs.map({ self.time(in: $0) }).min(), time >= known.expiresAt.advanced(by: grace) {
            report(.nothingAfterExpiry, "\(intent) is sent \(time.duration(since: known.expiresAt)) after its end")
        }
    }

    /// No decision leaves that the platform can't take for the customer's.
    func checkProof(_ answer: PlatformModel.Answer, _ request: PlatformModel.Request) {
        guard answer.status == 403 || answer.status == 422 else { return }
        for code in ["proof_invalid", "device_unknown"] where answer.document.contains(code) {
            report(
                .proofsAreGood, "the platform answers \(code) to the \(request.path.last ?? "") of \(request.intentID)")
        }
    }

    /// The decisions of a device, as committed.
    func loadRows(of device: SimulatedDevice) throws -> [Oracle.Row] {
        try device.queue.unsafeRead { db in
            let decisions = try db.cachedStatement(
                sql: """
                    SELECT id, intent_id, kind, idempotency_key, amount, merchant_id, state, may_have_left, expires_at
                    FROM decision ORDER BY rowid
                    """)
            // Looked at where they are, and by their places: this is done after every step that wrote something.
            var rows: [Oracle.Row] = []
            let cursor = try Row.fetchCursor(decisions)
            while let row = try cursor.next() {
                rows.append(
                    Oracle.Row(
                        id: row[0], intent: row[1], kind: row[2], key: row[3], cents: row[4], merchant: row[5],
                        state: row[6], mayHaveLeft: row[7], expiresAt: row[8]))
            }
            return rows
        }
    }
}
