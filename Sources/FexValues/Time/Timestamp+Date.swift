public import Foundation

extension Timestamp {
    /// The moment as Foundation has it, to be formatted for people. Exact to the millisecond until the year 9999.
    public var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }
}
