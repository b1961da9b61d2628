import FexValues

/// A page as published: `page` from 1, `limit` from 1 to 100.
struct Page: Hashable, Sendable {
    var number: Int64 = 1
    var limit: Int64 = 20

    /// How many items come before the page.
    var offset: Int64 { (number - 1) * limit }

    /// A page from a query's parameters.
    ///
    /// - Throws: ``PlatformError`` 400 for anything out of range.
    init(page: String?, limit: String?) throws(PlatformError) {
        if let page {
            // The upper bound keeps the offset within 64 bits.
            guard let number = Int64(page), (1...1_000_000_000_000).contains(number) else {
                throw .badRequest("page must be a whole number of at least 1")
            }
            self.number = number
        }
        if let limit {
            guard let number = Int64(limit), (1...100).contains(number) else {
                throw .badRequest("limit must be a whole number from 1 to 100")
            }
            self.limit = number
        }
    }

    /// The members that tell where in a list a page lies.
    func members(total: Int64) -> [JSONObject.Member] {
        [
            JSONObject.Member("page", .integer(number)), JSONObject.Member("limit", .integer(limit)),
            JSONObject.Member("total", .integer(total)),
            JSONObject.Member("total_pages", .integer((total + limit - 1) / limit)),
        ]
    }
}
