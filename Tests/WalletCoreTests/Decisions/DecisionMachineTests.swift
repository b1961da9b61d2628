import Testing

@testable import WalletCore

@Suite struct DecisionMachineTests {
    /// Every event there is, with each value that matters.
    static let events: [DecisionMachine.Event] = {
        var events: [DecisionMachine.Event] = [
            .foundAtStart, .confirmed, .refused("no"), .lapsed, .notSent("away"), .uncertain("cut"), .withdrawn,
        ]
        events += DecisionMachine.Moment.allCases.map { .turnCame($0) }
        events += [true, false].map { .intentNotSeen("away", isExpired: $0) }
        let statuses = [
            "pending", "pending_approval", "completed", "declined", "cancelled", "expired", "refunded", "new",
        ]
        for status in statuses {
            for stands in [true, false, nil] {
                for isExpired in [true, false] {
                    events.append(.intentSeen(.init(rawValue: status), standsByUs: stands, isExpired: isExpired))
                }
            }
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
        for moment in DecisionMachine.Moment.allCases {
            var changed = machine
            #expect(changed.handle(.turnCame(moment)) == .ask)
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
            .notSent("x"), .uncertain("x"), .intentNotSeen("x", isExpired: false), .foundAtStart,
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

    @Test func `nothing is sent after the time has run out`() {
        for machine in Self.machines where !machine.state.isSettled {
            var changed = machine
            if changed.handle(.turnCame(.expired)) == .ask {
                #expect(changed.handle(.intentSeen(.pending, standsByUs: nil, isExpired: true)) == .wait)
                #expect(changed.handle(.intentSeen(.completed, standsByUs: true, isExpired: true)) == .finish)
                #expect(changed.state == .confirmed)
            } else {
                #expect(changed.state == .lapsed)
            }
        }
    }

    @Test func `a process that ended while sending leaves an open outcome`() {
        var machine = DecisionMachine()
        #expect(machine.handle(.turnCame(.inTime)) == .send)
        var restarted = DecisionMachine(state: machine.state, mayHaveLeft: machine.mayHaveLeft, reason: nil)
        _ = restarted.handle(.foundAtStart)
        #expect(restarted.state == .unknown)
        #expect(restarted.mayHaveLeft)
        #expect(restarted.handle(.turnCame(.inTime)) == .ask)
        #expect(restarted.handle(.intentSeen(.completed, standsByUs: true, isExpired: false)) == .send)
        #expect(restarted.handle(.confirmed) == .finish)
    }
}
