import FexValues

extension FuzzTarget {
    /// Times of RFC 3339 and dates of HTTP: a moment that was read is written as itself.
    static let times = FuzzTarget(
        name: "times", maximumLength: 64, seeds: { try corpus("times.txt") },
        run: { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            if let moment = Timestamp(text) {
                hold(Timestamp(moment.description) == moment, "RFC 3339: \(moment) is another moment")
            }
            if let moment = Timestamp(httpDate: text) {
                hold(Timestamp(httpDate: moment.httpDate) == moment, "HTTP: \(moment.httpDate) is another moment")
            }
        })
}
