import Foundation
import Testing

@testable import FexValues

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", Int64(0)), ("2026-01-02T03:04:05Z", 1_767_323_045_000),
        ("2026-01-02T03:04:05.1Z", 1_767_323_045_100), ("2026-01-02T03:04:05.123456789Z", 1_767_323_045_123),
        ("2026-01-02T05:04:05+02:00", 1_767_323_045_000), ("2026-01-01t22:04:05-05:00", 1_767_323_045_000),
        ("2000-02-29T00:00:00Z", 951_782_400_000), ("1969-12-31T23:59:59.999Z", -1),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000),
    ])
    func `an RFC 3339 time is read to the millisecond`(text: String, milliseconds: Int64) {
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-01-02", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z", "2026-02-30T03:04:05Z", "2025-02-29T00:00:00Z",
        "2026-01-02T25:04:05Z", "2026-01-02T03:60:05Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05.123Zjunk",
        "2026-1-02T03:04:05Z", "+026-01-02T03:04:05Z", "2026-01-00T03:04:05Z", "1767323045",
    ])
    func `what names no moment is no time`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func `a time written is read back, and agrees with Foundation`() throws {
        var generator = SplitMix64(seed: 5)
        for _ in 0..<2000 {
            let moment = Timestamp(
                milliseconds: .random(in: -12_000_000_000_000...250_000_000_000_000, using: &generator))
            #expect(Timestamp(moment.description) == moment)
            let whole = Timestamp(milliseconds: moment.milliseconds / 1000 * 1000)
            // Foundation counts in the Julian calendar before 1583, so the range starts after that.
            let theirs = Date(timeIntervalSince1970: Double(whole.milliseconds / 1000)).formatted(.iso8601)
            #expect(whole.description == theirs)
        }
    }

    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
        (1_767_225_600_000, "2026-01-01T00:00:00.000Z", "Thu, 01 Jan 2026 00:00:00 GMT"),
        (1_709_164_799_999, "2024-02-28T23:59:59.999Z", "Wed, 28 Feb 2024 23:59:59 GMT"),
        (1_709_164_800_000, "2024-02-29T00:00:00.000Z", "Thu, 29 Feb 2024 00:00:00 GMT"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z", "Mon, 01 Mar 2100 00:00:00 GMT"),
        (-1, "1969-12-31T23:59:59.999Z", "Wed, 31 Dec 1969 23:59:59 GMT"),
    ])
    func `a moment is written as the calendar has it`(milliseconds: Int64, rfc3339: String, http: String) {
        let moment = Timestamp(milliseconds: milliseconds)
        #expect(moment.httpDate == http)
        #expect(Timestamp(rfc3339) == moment)
        let seconds = milliseconds.quotientAndRemainderFloored(dividingBy: 1000).0
        #expect(Timestamp(httpDate: http)?.milliseconds == seconds * 1000)
    }

    @Test(arguments: [
        "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 GMT",
    ])
    func `each of the three forms of an HTTP date is read`(text: String) {
        #expect(Timestamp(httpDate: text)?.description == "1994-11-06T08:49:37Z")
    }

    @Test(arguments: ["", "yesterday", "Thu, 01 Foo 2026 00:00:10 GMT", "Thu, 01 Jan 2026 00:00:10 CET"])
    func `what is no HTTP date is no time`(text: String) {
        #expect(Timestamp(httpDate: text) == nil)
    }

    @Test(arguments: ["Thu, 01 Jan 2026 00:04:05.12 GMT", "Thu, 01 Jan 2026 00:04:05.999999 GMT"])
    func `a date of HTTP has whole seconds`(text: String) {
        #expect(Timestamp(httpDate: text) == nil)
    }

    @Test(arguments: [
        "9999-12-31T23:59:60Z", "9999-12-31T23:30:00-01:00", "0000-01-01T00:30:00+01:00", "9999-12-31T23:59:60.5Z",
    ])
    func `a moment outside of the years that have four digits is none`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(arguments: ["9999-12-31T23:59:59.999Z", "0000-01-01T00:00:00Z"])
    func `the first and the last moment of years with four digits are themselves`(text: String) throws {
        #expect(try #require(Timestamp(text)).description == text)
    }

    @Test func `no moment is too late or too early to be written as a date of HTTP`() throws {
        #expect(Timestamp(httpDate: "Fri, 31 Dec 9999 23:59:60 GMT") == nil)
        let last = try #require(Timestamp("9999-12-31T23:59:59Z"))
        #expect(last.httpDate == "Fri, 31 Dec 9999 23:59:59 GMT")
        #expect(last.advanced(by: .seconds(1)).httpDate == "Sat, 01 Jan 10000 00:00:00 GMT")
        #expect(try #require(Timestamp("0000-01-01T00:00:00Z")).httpDate == "Sat, 01 Jan 0000 00:00:00 GMT")
    }
}
