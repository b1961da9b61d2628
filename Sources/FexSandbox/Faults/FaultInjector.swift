import Synchronization

/// Decides what goes wrong with each call and each event, by rules that can be replaced while it runs.
final class FaultInjector: Sendable {
    /// What goes wrong with one call or event.
    struct Fault: Sendable {
        /// How long it waits first.
        var delay: Duration?
        /// What happens to it then.
        var effect: FaultRule?
    }

    private struct Counted {
        var rule: FaultRule
        var matches: Int64 = 0
        var applications: Int64 = 0
    }

    private let rules: Mutex<[Counted]>
    private let entropy: Entropy

    /// An injector.
    ///
    /// - Parameter seed: Equal seeds give equal faults to equal calls in equal order.
    init(_ rules: [FaultRule], seed: UInt64?) {
        self.rules = Mutex(rules.map { Counted(rule: $0) })
        // A generator of its own, so that a fault more or less changes no id.
        entropy = Entropy(seed: seed.map { $0 ^ 0xFA17 })
    }

    /// Replaces all rules, and begins to count anew.
    func replace(with rules: [FaultRule]) {
        self.rules.withLock { $0 = rules.map { Counted(rule: $0) } }
    }

    /// What goes wrong with a call. The first rule that applies gives the effect; delays add up.
    func fault(method: String, path: String) -> Fault {
        fault { rule in
            rule.event == nil && (rule.method ?? method) == method && rule.path?.matches(path) ?? true
        }
    }

    /// What goes wrong with an event.
    func fault(event: String) -> Fault { fault { $0.event?.matches(event) ?? false } }

    private func fault(where isMatch: (FaultRule) -> Bool) -> Fault {
        rules.withLock { rules in
            var fault = Fault()
            for index in rules.indices where isMatch(rules[index].rule) {
                guard applies(&rules[index]) else { continue }
                let rule = rules[index].rule
                if rule.action == .delay {
                    fault.delay = (fault.delay ?? .zero) + .milliseconds(rule.delayMilliseconds)
                } else if fault.effect == nil {
                    fault.effect = rule
                }
            }
            return fault
        }
    }

    private func applies(_ counted: inout Counted) -> Bool {
        counted.matches += 1
        let rule = counted.rule
        guard counted.matches >= rule.nth ?? 1 else { return false }
        if let limit = rule.times ?? (rule.nth == nil ? nil : 1), counted.applications >= limit { return false }
        if let probability = rule.probability, entropy.unitInterval() >= probability { return false }
        counted.applications += 1
        return true
    }
}
