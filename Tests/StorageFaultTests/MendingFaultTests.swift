import FexValues
import Foundation
import Testing

@testable import WalletCore

/// A damaged database is mended on a disk that fails, once for each operation at which that can go wrong.
@Suite(.timeLimit(.minutes(15))) struct MendingFaultTests {
    /// How far apart the points are that are tried. `Scripts/check disk` tries all.
    private static let stride = ProcessInfo.processInfo.environment["EVERY_DISK_POINT"] == nil ? 79 : 1

    @Test(arguments: FaultyDisk.Fault.allCases)
    func `a start that ends anywhere while it mends is made good by the next`(fault: FaultyDisk.Fault) async throws {
        var (tried, point) = (0, 1)
        while try await survives(fault, at: point) {
            tried += 1
            point += Self.stride
        }
        print("mending, disk \(fault.rawValue): points tried: \(tried), each \(Self.stride) apart")
        #expect(tried >= 2, "the disk was hardly used")
    }

    /// - Returns: Whether the fault happened at all.
    private func survives(_ fault: FaultyDisk.Fault, at nth: Int) async throws -> Bool {
        let machine = try Machine()
        try await live(on: machine)
        let file = machine.disk.directory.appending(path: "wallet.sqlite")
        let handle = try FileHandle(forUpdating: file)
        try handle.write(contentsOf: Data(count: 4096))
        try handle.close()
        machine.disk.plan(fault, at: nth, seed: UInt64(nth))
        var failure: (any Error)?
        do { _ = try await machine.open() } catch { failure = error }
        let hasFailed = machine.disk.hasFailed
        let context = "\(fault.rawValue) at \(nth) of mending, after \(failure.map { "\($0)" } ?? "nothing")"
        if let failure { #expect(failure is StorageError, "\(context)") }
        try await machine.restart()
        do {
            try await Aftermath(machine: machine, context: context).check()
        } catch {
            Issue.record("\(context): \(error)")
        }
        try await machine.disk.mend()
        let copies = try FileManager.default.contentsOfDirectory(atPath: machine.disk.directory.path)
        #expect(copies.contains { $0.hasPrefix("wallet.sqlite.damaged-") }, "\(context)")
        return hasFailed
    }

    /// Leaves a database in which one decision is settled, and others are on their way.
    private func live(on machine: Machine) async throws {
        do {
            let wallet = try await machine.open()
            _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
            for intent in machine.wishes.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
                _ = try await machine.decide(intent, in: wallet)
            }
        }
        try await machine.disk.mend()
    }
}
