import FexValues
import Foundation
import WalletCore
import WalletTesting

extension World {
    /// Puts the plan on the timeline.
    func begin() {
        for (slot, device) in slots() { start(slot: slot, on: device) }
        for device in devices { observers.append(contentsOf: [openObserver(of: device)].compactMap(\.self)) }
        for (at, event) in plan.events {
            timeline.schedule(after: at, "plan") { [self] in carryOut(event) }
        }
    }

    private func slots() -> [(Int, SimulatedDevice)] {
        var owners = [devices[0]]
        if plan.hasSecondProcess { owners.append(devices[0]) }
        if plan.hasSecondDevice { owners.append(devices[1]) }
        return Array(owners.enumerated())
    }

    private func carryOut(_ event: Plan.Event) {
        switch event {
        case .till(let cents, let lifetime): ask(cents, World.wallet, lifetime)
        case .foreignTill(let cents): ask(cents, World.otherWallet, 120_000)
        case .code(let cents, let lifetime): ask(cents, nil, lifetime)
        case .forgedEvent(let number): forge(number)
        case .push(let process, let intent): push(intent, to: process)
        case .answer(let process, let request, let isYes, let again):
            answer(request, in: process % processes.count, isYes ? .approve : .decline, again)
        case .pay(let process, let code, let again): pay(code, in: process % processes.count, again)
        case .withdraw(let process): withdraw(in: process % processes.count)
        case .merchantCancels(let number): changeIntent(number, "cancelled") { $0.cancel($1) }
        case .otherPays(let number): changeIntent(number, "paid by other") { $0.pay($1, by: World.otherWallet) }
        case .sync(let process): sync(process % processes.count)
        case .sendAll(let process):
            run("send all", in: process % processes.count) { "\(try await $0.decisions.sendAll().count)" }
        case .offline(let device, let duration):
            devices[device % devices.count].offlineUntil = timeline.now + duration
            note("device \(device % devices.count) offline for \(duration)")
        case .crash(let process, let moments):
            processes[process % processes.count].momentsToLive = moments
        case .clockStep(let device, let by):
            devices[device % devices.count].skew += by
            note("device \(device % devices.count) clock stepped by \(by)")
        default: trouble(event)
        }
    }

    private func trouble(_ event: Plan.Event) {
        switch event {
        case .logOut(let process): logOut(in: process % processes.count)
        case .logIn(let process): logIn(in: process % processes.count)
        case .sessionsEnd:
            endSessions()
        case .keyLost(let device): loseKey(of: devices[device % devices.count])
        case .unreadable(let number): addUnreadable(number)
        case .renumberRequests: renumberRequests()
        case .touch(let number, let times): changeIntent(number, "touched \(times) times") { $0.touch($1, times) }
        case .backUp(let device): backUp(devices[device % devices.count])
        case .restore(let device): restore(devices[device % devices.count])
        case .correctClock(let shift): correctClock(by: shift)
        case .listen(let process, let duration): listen(in: process % processes.count, for: duration)
        default: break
        }
    }

    func sync(_ slot: Int) {
        run("sync", in: slot) { "\(try await $0.sync.once().balance)" }
    }

    // MARK: The platform's side

    private func changeIntent(_ number: Int, _ what: String, _ body: (inout PlatformModel, Int) -> Void) {
        guard !platform.intents.isEmpty else { return }
        let place = number % platform.intents.count
        platform.expire(at: now)
        body(&platform, place)
        note("pi_\(place) \(what)")
    }

    @discardableResult
    func ask(_ cents: Int, _ target: String?, _ lifetime: Int64) -> Int {
        let merchant = "mer_\(network.int(1...3))"
        let place = platform.add(
            .init(
                id: "pi_\(platform.intents.count)", merchant: merchant, amount: PlatformModel.digits(Int64(cents)),
                target: target, createdAt: now, expiresAt: now.advanced(by: .milliseconds(lifetime)),
                shown: Self.shown))
        note("pi_\(place) asks \(target ?? "anybody") for \(cents) until \(timeline.now + lifetime)")
        guard target != nil else { return place }
        // Events are lost, repeated and late, and another wallet's may go astray.
        for slot in processes.indices where !isFaulty() {
            for _ in 0...(isFaulty() ? 1 : 0) {
                let delay = Int64(network.int(0...(isFaulty() ? 90_000 : 500)))
                deliver(event(place), to: slot, after: delay)
            }
        }
        return place
    }

    private static let shown = JSONObject([.init("merchant_name", "Shop")])

    private func event(_ place: Int, wallet: String? = nil, amount: String? = nil, id: String? = nil) -> String {
        let intent = platform.intents[place]
        return #"{"event":"payment.approval_requested","event_id":"e","payment_intent_id":"\#(id ?? intent.id)","#
            + #""target_wallet_id":"\#(wallet ?? intent.target ?? "")","merchant_id":"\#(intent.merchant)","#
            + #""amount":"\#(amount ?? intent.amount)","currency":"USD"}"#
    }

    private func deliver(_ event: String, to slot: Int, after delay: Int64) {
        timeline.schedule(after: delay, "event") { [self] in
            if slot < processes.count, processes[slot].listener != nil {
                let subject = "wallets.\(World.wallet).payment.approval_requested"
                return processes[slot].broker.deliver(Data(event.utf8), to: subject)
            }
            run("event", in: slot) {
                "\(try await $0.approvals.receive(push: Data(event.utf8))?.state.rawValue ?? "none")"
            }
        }
    }

    private func push(_ number: Int, to process: Int) {
        guard !platform.intents.isEmpty else { return }
        deliver(event(number % platform.intents.count), to: process % processes.count, after: 0)
    }

    /// An event that the platform never sent: another amount, another wallet's request, an intent that isn't one.
    private func forge(_ number: Int) {
        guard !platform.intents.isEmpty else { return }
        let place = number % platform.intents.count
        let forged = [
            event(place, amount: "0.01"), event(place, wallet: World.wallet), event(place, id: "pi_9999"),
            "{\"event\":",
        ][number % 4]
        deliver(forged, to: number % processes.count, after: 0)
    }

    // MARK: The customer's side

    private func answer(_ number: Int, in slot: Int, _ kind: DecisionKind, _ again: Plan.Again) {
        run("answers", in: slot) { [self] wallet in
            let shown = try await wallet.approvals.load()
            guard !shown.isEmpty else { return "nothing to answer" }
            // Now and then an answer to what is over, or to what was answered: screens are slow.
            let pending = shown.filter { $0.state == .pending }
            let choice = pending.isEmpty || number < 15 ? shown[number % shown.count] : pending[number % pending.count]
            return await decide(kind, on: choice.intent.terms, in: wallet, slot, again)
        }
    }

    private func pay(_ number: Int, in slot: Int, _ again: Plan.Again) {
        let codes = platform.intents.filter { $0.target == nil || number < 10 }
        guard !codes.isEmpty, let id = IntentID(codes[number % codes.count].id) else { return }
        run("scans \(id)", in: slot) { [self] wallet in
            let intent = try await wallet.intents.fetch(id)
            return await decide(.pay, on: intent.terms, in: wallet, slot, again)
        }
    }

    private func decide(
        _ kind: DecisionKind, on terms: Terms, in wallet: Wallet, _ slot: Int, _ again: Plan.Again
    ) async -> String {
        if again != .no {
            let second = again == .same ? kind : kind == .decline ? .approve : .decline
            timeline.schedule(after: Int64(network.int(0...2000)), "again") { [self] in
                run("says again \(second) to \(terms.intent)", in: slot) {
                    "\(try await $0.decisions.decide(second, on: terms).decision.state)"
                }
            }
        }
        do {
            return "\(kind) \(terms.intent) \(try await wallet.decisions.decide(kind, on: terms).decision.state)"
        } catch {
            return "\(kind) \(terms.intent) failed: \((error as? any WalletError)?.code ?? "crash")"
        }
    }

    private func withdraw(in slot: Int) {
        run("takes back", in: slot) { wallet in
            guard let last = try await wallet.decisions.loadOutbox().last else { return "nothing" }
            return "\(try await wallet.decisions.cancel(last.id).decision.state)"
        }
    }
}
