import FexValues
import Foundation
import GRDB
import Testing
import WalletTesting

@testable import WalletCore

/// The whole life of decisions, once for each operation of the disk at which something can go wrong.
@Suite(.timeLimit(.minutes(15))) struct StorageFaultTests {
    /// How far apart the points are that are tried. `Scripts/check disk` tries all.
    private static let stride = ProcessInfo.processInfo.environment["EVERY_DISK_POINT"] == nil ? 53 : 1

    @Test(arguments: FaultyDisk.Fault.allCases)
    func `whatever the disk does, no decision is lost, none takes effect twice, and a restart mends it`(
        fault: FaultyDisk.Fault
    ) async throws {
        var tried = 0
        var point = 1
        while try await survives(fault, at: point) {
            tried += 1
            point += Self.stride
        }
        print("disk \(fault.rawValue): points tried: \(tried), each \(Self.stride) apart")
        #expect(tried >= 2, "the disk was hardly used")
    }

    @Test func `a disk that fails not at all is the life that the others are compared with`() async throws {
        let machine = try Machine()
        #expect(try await live(on: machine).isEmpty)
        #expect(Set(machine.platform.debits) == ["pi_paid", "pi_lost", "pi_later"])
        #expect(machine.platform.debits.count == 3)
    }

    /// Lives with one fault, and looks at what it has left.
    ///
    /// - Returns: Whether the fault happened at all.
    private func survives(_ fault: FaultyDisk.Fault, at nth: Int) async throws -> Bool {
        let machine = try Machine()
        machine.disk.plan(fault, at: nth, seed: UInt64(nth))
        let failures = try await live(on: machine, with: fault)
        guard machine.disk.hasFailed else { return false }
        let context = "\(fault.rawValue) at \(nth), after \(failures)"
        try await machine.restart()
        do {
            try await Aftermath(machine: machine, context: context).check()
        } catch {
            Issue.record("\(context): \(error)")
        }
        try await machine.disk.mend()
        return true
    }

    /// What a customer does on a device, going on where something fails.
    ///
    /// - Returns: What failed.
    private func live(on machine: Machine, with fault: FaultyDisk.Fault? = nil) async throws -> [any Error] {
        var failures: [any Error] = []
        var wallet: Wallet?
        func attempt(_ body: () async throws -> Void) async {
            do { try await body() } catch { failures.append(error) }
        }
        await attempt { wallet = try await machine.open() }
        if let wallet {
            await attempt {
                _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
            }
            for intent in machine.wishes.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
                await attempt {
                    do {
                        _ = try await machine.decide(intent, in: wallet)
                    } catch let error as StorageError where error.money == .notMoved {
                        #expect(
                            machine.debits(of: intent) == 0, "money moved, and the error denies it: \(intent)")
                        throw error
                    }
                }
            }
            await attempt { try await wallet.sync.once() }
            await attempt { try await wallet.sync.once() }
        }
        if let first = failures.first { expectClear(first) }
        return failures
    }

    /// What the customer is told first is which file failed, or that it is damaged.
    private func expectClear(_ error: any Error) {
        guard let error = error as? StorageError else {
            Issue.record("the caller got \(type(of: error)): \(error)")
            return
        }
        #expect(error.cause != .other, "\(error)")
        #expect(error.isDamage || error.description.contains("wallet.sqlite"), "\(error)")
        #expect(PlainText.isClean(error.description))
    }
}
