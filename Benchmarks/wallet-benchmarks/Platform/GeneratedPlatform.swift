import WalletCore

/// The documents of a platform that has one wallet, with a generated history.
struct GeneratedPlatform {
    /// The most changes of one answer of the feed.
    static let feedLimit = 1000

    let history: GeneratedHistory

    /// The wallet itself.
    var account: String {
        """
        {"success":true,"wallet":{"wallet_id":"\(GeneratedHistory.wallet)","user_id":"customer",\
        "scan_token":"wst_benchmark","balance":"1000.00","currency":"USD","version":1}}
        """
    }

    /// No till asks for anything.
    var approvals: String { #"{"success":true,"approvals":[],"next":0,"has_more":false}"# }

    /// What a device gets that registers its key.
    var device: String { #"{"success":true,"device_id":"dev_benchmark"}"# }

    /// What a login gives.
    var tokens: String { #"{"access_token":"benchmark","expires_in":86400,"token_type":"Bearer"}"# }

    /// Where tokens are to be had, told by the server at an address.
    func discovery(at base: String) -> String {
        #"{"issuer":"\#(base)/realms/payment-platform","token_endpoint":"\#(base)/token"}"#
    }

    /// The changes after a place in the feed, oldest first.
    func feed(after place: Int, limit: Int = feedLimit) -> String {
        let end = min(history.count, place + limit)
        var text = #"{"success":true,"transactions":["#
        text.reserveCapacity(700 * (limit + 1))
        for number in place..<max(place, end) {
            if number > place { text += "," }
            history.row(number).write(to: &text, withSequence: true)
        }
        text += #"],"next":\#(max(place, end)),"has_more":\#(end < history.count)}"#
        return text
    }

    /// A page of the published list, newest first.
    func list(page: Int, limit: Int = 100) -> String {
        let first = max(0, history.count - page * limit)
        var text = #"{"success":true,"transactions":["#
        for number in (first..<max(first, history.count - (page - 1) * limit)).reversed() {
            if !text.hasSuffix("[") { text += "," }
            history.row(number).write(to: &text, withSequence: false)
        }
        let pages = (history.count + limit - 1) / limit
        text += #"],"total":\#(history.count),"page":\#(page),"limit":\#(limit),"total_pages":\#(pages)}"#
        return text
    }
}
