import FexValues
import WalletCore

extension PlatformModel {
    private static let limits = 1...1000

    /// How many are asked for; `nil` where what stands there is none of those that are allowed.
    private func limit(_ request: Request, orElse usual: Int) -> Int? {
        guard let text = request.value("limit") else { return usual }
        return Int(text).flatMap { Self.limits.contains($0) ? $0 : nil }
    }

    /// Where a feed is to go on; `nil` where what stands there is no number.
    private func cursor(_ request: Request) -> Int?? {
        guard let text = request.value("after") else { return .some(nil) }
        guard let after = Int(text), after >= 0 else { return nil }
        return .some(after)
    }

    // MARK: Requests

    func approvalFeed(_ request: Request) -> Answer {
        guard let limit = limit(request, orElse: 200), let after = cursor(request) else {
            return .failure(400, "after and limit must be whole numbers")
        }
        let isSummary = request.value("fields") == "summary"
        guard !rules.readsByTime else { return approvalsByTime(after: after) }
        guard let after else {
            let open = intents.indices.filter { intents[$0].target == customer.wallet && intents[$0].isOpen }
            let items = open.map { (place: $0, seq: (changes.lastIndex(of: $0) ?? -1) + 1) }
            return approvals(items, next: changes.count, hasMore: false, isSummary: isSummary, etag: nil)
        }
        let etag = #""a\#(generation).\#(changes.count).\#(after)""#
        if request.etag == etag { return Answer(304, "", etag: etag) }
        let begin = min(after, changes.count)
        let end = min(changes.count, begin + min(limit, rules.approvalsPerPage))
        // A cursor that ran ahead is told where the feed ends.
        return approvals(
            (begin..<end).map { (changes[$0], $0 + 1) }, next: end, hasMore: end < changes.count, isSummary: isSummary,
            etag: etag)
    }

    /// What a platform does that takes times of creation for a sequence.
    private func approvalsByTime(after: Int?) -> Answer {
        let aimed = intents.indices.filter { intents[$0].target == customer.wallet }
        func second(_ place: Int) -> Int { Int(intents[place].createdAt.milliseconds / 1000) }
        let new = aimed.filter { place in after.map { second(place) > $0 } ?? intents[place].isOpen }
        let next = max(after ?? 0, aimed.map(second).max() ?? 0)
        return approvals(new.map { ($0, second($0)) }, next: next, hasMore: false, isSummary: true, etag: nil)
    }

    private func approvals(
        _ items: [(place: Int, seq: Int)], next: Int, hasMore: Bool, isSummary: Bool, etag: String?
    ) -> Answer {
        let list = items.map {
            let intent = intents[$0.place].document(isPublic: false, isSummary: isSummary)
            return "{\"seq\":\($0.seq),\"payment_intent\":\(intent)}"
        }
        return feed("approvals", list, next: next, hasMore: hasMore, etag: etag)
    }

    private func feed(_ name: String, _ items: [String], next: Int, hasMore: Bool, etag: String?) -> Answer {
        let list = items.joined(separator: ",")
        return Answer(
            200, "{\"success\":true,\"\(name)\":[\(list)],\"next\":\(next),\"has_more\":\(hasMore)}", etag: etag)
    }

    // MARK: Transactions

    func transactions(_ request: Request) -> Answer {
        if request.value("page") != nil { return page(request) }
        guard rules.hasTransactionFeed else { return .failure(400, "page must be a whole number") }
        guard let limit = limit(request, orElse: 200), let cursor = cursor(request) else {
            return .failure(400, "after and limit must be whole numbers")
        }
        let after = cursor ?? 0
        let etag = #""t\#(generation).\#(ledgerChanges.count).\#(after)""#
        if request.etag == etag { return Answer(304, "", etag: etag) }
        let most = min(limit, rules.transactionsPerPage)
        var items: [String] = []
        var place = min(after, ledgerChanges.count)
        while place < ledgerChanges.count, items.count < most {
            let transaction = transactions[ledgerChanges[place]]
            place += 1
            // One that changed since comes later.
            if transaction.sequence == place { items.append(transaction.document(isInFeed: true)) }
        }
        return feed("transactions", items, next: place, hasMore: place < ledgerChanges.count, etag: etag)
    }

    private func page(_ request: Request) -> Answer {
        guard let limit = limit(request, orElse: 20), let page = request.value("page").flatMap({ Int($0) }), page >= 1
        else { return .failure(400, "page and limit must be whole numbers") }
        let size = min(limit, rules.transactionsPerPage)
        let first = min(list.count, (page - 1) * size)
        let items = list[first..<min(list.count, first + size)].map { transactions[$0].document() }
        let pages = (list.count + size - 1) / size
        let etag = #""p\#(generation).\#(ledgerChanges.count).\#(moves).\#(page)""#
        if request.etag == etag { return Answer(304, "", etag: etag) }
        return Answer(
            200,
            #"{"success":true,"transactions":[\#(items.joined(separator: ","))],"page":\#(page),"limit":\#(size),"#
                + #""total":\#(list.count),"total_pages":\#(pages)}"#,
            etag: etag)
    }

    /// Moves a row of the published list by some places.
    package mutating func moveInList(from: Int, by distance: Int) {
        let row = list.remove(at: from)
        list.insert(row, at: max(0, min(list.count, from + distance)))
        moves += 1
    }
}
