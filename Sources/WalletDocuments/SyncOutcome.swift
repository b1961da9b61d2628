package import FexValues
package import WalletCore

/// What a sync did, and which of its steps failed.
package struct SyncOutcome {
    package var report: SyncReport
    package var failures: [SyncError.Failure]

    package init(_ report: SyncReport, failures: [SyncError.Failure] = []) {
        self.report = report
        self.failures = failures
    }

    package var outputDocument: JSON {
        [
            "decisions": .array(report.decisions.map(\.outputDocument)), "approvals": .integer(report.approvals),
            "transactions": .integer(report.transactions), "balance": .string(report.balance.decimalString),
            "currency": .string(report.balance.currency.code),
            "quarantined": .array(report.quarantined.map(\.outputDocument)),
            "failures": .array(
                failures.map {
                    [
                        "step": .string($0.step.rawValue), "code": .string($0.error.code),
                        "message": .string($0.error.description),
                    ]
                }),
        ]
    }
}

extension QuarantinedRow {
    package var outputDocument: JSON {
        [
            "feed": .string(feed.rawValue), "seq": sequence.map { .integer($0) } ?? .null, "id": .optional(id),
            "why": .string(why), "found_at": .string(foundAt.description),
            "next_attempt_at": .string(nextAttemptAt.description),
        ]
    }
}
