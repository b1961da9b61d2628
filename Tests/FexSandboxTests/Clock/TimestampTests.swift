import FexSandbox
import FexValues
import Foundation
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000Z"),
        (1_767_225_600_000, "2026-01-01T00:00:00.000Z"),
        (1_709_164_799_999, "2024-02-28T23:59:59.999Z"),
        (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ])
    func `a moment is written as the calendar has it`(milliseconds: Int64, rfc3339: String) {
        let moment = Timestamp(milliseconds: milliseconds)
        #expect(moment.rfc3339 == rfc3339)
        #expect(Timestamp(rfc3339: rfc3339) == moment)
    }

    @Test(arguments: [
        ("2026-01-01T02:00:00+02:00", Int64(1_767_225_600_000)), ("2025-12-31T22:30:00-01:30", 1_767_225_600_000),
        ("2026-01-01t00:00:00.5z", 1_767_225_600_500), ("2026-01-01T00:00:00.123456789Z", 1_767_225_600_123),
    ])
    func `offsets and fractions are read`(text: String, milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-32T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01 00:00:00Z", "٢٠٢٦-01-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
    ])
    func `what is no moment is none`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }
}
