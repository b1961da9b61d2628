import Testing

@testable import WalletCore

@Suite struct DecisionMachineTests {
    /// Every event there is, with each value that matters.
    static let events: [DecisionMachine.Event] = {
        let verdicts: [Verdict] = [
            .confirmed, .refused(DecisionRefusal(code: .termsChanged, message: "no")), .lapsed, .inconclusive("cut"),
        ]
        var events: [DecisionMachine.Event] = [.resumed, .notSent("away"), .tooLate, .withdrawn]
        events += verdicts.map { .answered($0) }
        let findings = verdicts.map { Finding.settled($0) } + [.undecided, .notUnderstood("new"), .unavailable("away")]
        for deadline in DecisionMachine.Deadline.allCases {
            events.append(.due(deadline))
            events += findings.map { .asked($0, deadline) }
        }
        return events
    }()

    /// Every machine that can exist.
    static let machines = DecisionState.allCases.flatMap { state in
        [false, true].map { DecisionMachine(state: state, mayHaveLeft: $0, reason: nil) }
    }

    @Test(arguments: machines.filter { $0.state.isSettled })
    func `what is settled never changes`(machine: DecisionMachine) {
        for event in Self.events {
            var changed = machine
            #expect(changed.handle(event) == .finish)
            #expect(changed == machine)
        }
    }

    @Test(arguments: machines)
    func `whether a byte may have left is never forgotten`(machine: DecisionMachine) {
        for event in Self.events {
            var changed = machine
            _ = changed.handle(event)
            #expect(changed.mayHaveLeft || !machine.mayHaveLeft)
        }
    }

    @Test(arguments: machines)
    func `nothing is sent that was not asked about once a byte may have left`(machine: DecisionMachine) {
        guard machine.mayHaveLeft, !machine.state.isSettled else { return }
        for deadline in DecisionMachine.Deadline.allCases {
            var changed = machine
            #expect(changed.handle(.due(deadline)) == .ask)
        }
    }

    @Test(arguments: machines)
    func `a decision is sent only from the state of sending`(machine: DecisionMachine) {
        for event in Self.events {
            var changed = machine
            if changed.handle(event) == .send { #expect(changed.state == .sending) }
        }
    }

    @Test(arguments: machines)
    func `an open outcome is not concluded by a failure`(machine: DecisionMachine) {
        guard !machine.state.isSettled else { return }
        let failures: [DecisionMachine.Event] = [
            .notSent("x"), .answered(.inconclusive("x")), .asked(.unavailable("x"), .notKnown), .resumed,
        ]
        for event in failures {
            var changed = machine
            _ = changed.handle(event)
            #expect(!changed.state.isSettled)
        }
    }

    @Test(arguments: machines)
    func `a decision is taken back only while no byte can have left`(machine: DecisionMachine) {
        guard !machine.state.isSettled else { return }
        var changed = machine
        _ = changed.handle(.withdrawn)
        #expect((changed.state == .cancelled) == (!machine.mayHaveLeft && machine.state != .sending))
    }

    @Test(arguments: machines) func `nothing is sent after the time has run out`(machine: DecisionMachine) {
        for event in Self.events {
            switch event {
            case .due(.passed), .due(.notKnown), .asked(_, .passed):
                var changed = machine
                #expect(changed.handle(event) != .send)
            default: break
            }
        }
    }

    @Test func `past its time the platform's word settles a decision, or it stays open`() {
        for machine in Self.machines where !machine.state.isSettled {
            var changed = machine
            if changed.handle(.due(.passed)) == .ask {
                #expect(changed.handle(.asked(.undecided, .passed)) == .wait)
                #expect(changed.handle(.asked(.settled(.confirmed), .passed)) == .finish)
                #expect(changed.state == .confirmed)
            } else {
                #expect(changed.state == .lapsed)
            }
        }
    }

    @Test(arguments: machines.filter { !$0.state.isSettled })
    func `a refusal is kept with its code`(machine: DecisionMachine) {
        var changed = machine
        let refusal = DecisionRefusal(code: RefusalCode(rawValue: "of_tomorrow"), message: "no")
        #expect(changed.handle(.answered(.refused(refusal))) == .finish)
        #expect(changed.refusalCode == refusal.code && changed.reason == refusal.message)
    }

    @Test func `a process that ended while sending leaves an open outcome`() {
        var machine = DecisionMachine()
        #expect(machine.handle(.due(.ahead)) == .send)
        var restarted = DecisionMachine(state: machine.state, mayHaveLeft: machine.mayHaveLeft, reason: nil)
        _ = restarted.handle(.resumed)
        #expect(restarted.state == .unknown)
        #expect(restarted.mayHaveLeft)
        #expect(restarted.handle(.due(.ahead)) == .ask)
        #expect(restarted.handle(.asked(.undecided, .ahead)) == .send)
        #expect(restarted.handle(.answered(.confirmed)) == .finish)
    }
}
