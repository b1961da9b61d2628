import FexValues

/// Reads pages of the published list; one that is too long for an answer in parts, down to one transaction.
struct TransactionPageReader: Sendable {
    let calls: any FeedCalls

    /// One page, whole.
    ///
    /// - Parameters:
    ///   - number: From 1.
    ///   - limit: The most transactions of a page: 100, 20 or 4.
    ///   - etag: What the page had when it was last read.
    func read(_ number: Int, of limit: Int = TransactionPage.limit, etag: String? = nil) async throws -> TransactionPage
    {
        do {
            return try await calls.fetchTransactions(page: number, limit: limit, etag: etag)
        } catch let error as PlatformError where error.isTooLong {
            var whole = TransactionPage(items: [], total: 0, isLast: false)
            try await read(part: number, of: limit, into: &whole)
            // A page that was too long gives no total; without another part that does, there is none.
            guard !whole.items.isEmpty || whole.isLast else { throw error }
            return whole
        }
    }

    /// By how much a page is divided that is too long.
    private static let parts = [100: 5, 20: 5, 4: 4]

    private func read(part: Int, of limit: Int, into whole: inout TransactionPage) async throws {
        guard let parts = Self.parts[limit] else {
            whole.tooLong += 1
            return
        }
        for number in (part - 1) * parts + 1...part * parts where !whole.isLast {
            do {
                let page = try await calls.fetchTransactions(page: number, limit: limit / parts, etag: nil)
                whole.items += page.items
                (whole.total, whole.isLast) = (page.total, page.isLast)
            } catch let error as PlatformError where error.isTooLong {
                try await read(part: number, of: limit / parts, into: &whole)
            }
        }
    }
}

extension TransactionPage {
    /// Sees to it that a list which says that more follows does not show the same again.
    func goesOn(from before: [JSON]) throws {
        guard !isLast, !items.isEmpty, items == before else { return }
        throw MalformedDocument(field: "transactions", problem: "do not go on").failure()
    }
}
