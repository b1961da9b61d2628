import Foundation
import GRDB
import Testing
import WalletTesting

@testable import WalletCore

/// What a damaged file holds, whatever the schema forbids, is an error that names the column and not the value.
@Suite struct StoredRowTests {
    private func read<Value: Sendable>(
        _ value: String, _ body: @escaping @Sendable (StoredRow) throws -> Value
    ) throws -> Value? {
        try DatabaseQueue().read { try $0.row("SELECT \(value)", [], body) }
    }

    @Test(arguments: ["NULL", "'4711'", "x'34'", "4711.0", "1e300"])
    func `no number is read from what is none`(value: String) throws {
        let error = #expect(throws: StorageError.self) { try read(value) { try $0.integer(0, "decision.amount") } }
        #expect(error?.isDamage == true)
        #expect(error?.description.contains("decision.amount") == true)
        #expect(error?.description.contains("4711") == false)
    }

    @Test(arguments: ["NULL", "4711", "x'4711'", "CAST(x'61FF' AS TEXT)", "CAST(x'C3' AS TEXT)"])
    func `no text is read from what is none`(value: String) throws {
        let error = #expect(throws: StorageError.self) { try read(value) { try $0.text(0, "decision.reason") } }
        #expect(error?.isDamage == true && error?.description.contains("4711") == false)
    }

    @Test func `a text is read with all that is in it`() throws {
        #expect(try read("'a' || char(0) || 'é' || char(65533)") { try $0.text(0, "x") } == "a\0é\u{FFFD}")
    }

    @Test(arguments: [Int64.min, -62_167_305_600_001, 253_402_387_200_000, .max])
    func `no moment is read that has no text`(value: Int64) throws {
        #expect(throws: StorageError.self) { try read("\(value)") { try $0.time(0, "x") } }
    }

    @Test(arguments: ["-1", "9223372036854775807"]) func `no count is read that can't be one`(value: String) throws {
        #expect(throws: StorageError.self) { try read(value) { try $0.count(0, "x") } }
        #expect(throws: StorageError.self) { try read(value) { try $0.flag(0, "x") } }
    }
}
