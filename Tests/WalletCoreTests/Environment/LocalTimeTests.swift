import FexValues
import Foundation
import Testing

@testable import WalletCore

@Suite struct LocalTimeTests {
    /// Zones whose days had fewer or more hours, began late, or were left out.
    @Test(arguments: [
        "Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut", "Asia/Kathmandu", "Australia/Lord_Howe",
        "Africa/Casablanca", "America/Havana", "Pacific/Apia", "UTC",
    ])
    func `a day is that of the calendar, whatever is done to clocks`(zone: String) async {
        await #expect(processExitsWith: .success) { [zone = zone as String] in
            unsafe setenv("TZ", zone, 1)
            var calendar = Calendar(identifier: .gregorian)
            calendar.timeZone = try #require(TimeZone(identifier: zone))
            var moment = try #require(Timestamp("2009-01-01T00:00:00Z"))
            let end = try #require(Timestamp("2027-01-01T00:00:00Z"))
            while moment < end {
                let day = LocalTime.day(of: moment)
                let known = try #require(calendar.dateInterval(of: .day, for: moment.date))
                try #require(day.lowerBound.date == known.start && day.upperBound.date == known.end)
                moment = moment.advanced(by: .seconds(11 * 3600))
            }
        }
    }
}
