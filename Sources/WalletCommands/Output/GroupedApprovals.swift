import FexValues
import WalletCore

extension ApprovalGroup {
    /// Up to how many requests of a merchant are each a line.
    private static let lineLimit = 5

    /// Whether it is one line, whatever it holds.
    var isOneLine: Bool { isQuiet || count > Self.lineLimit }

    /// The group on one line.
    var line: String {
        let newest = requests.first.map { "newest \($0.intent.id) \($0.intent.amount)" }
        let name = TerminalText.visible(merchantName, columns: 80) ?? "(no name)"
        let parts = [merchant.rawValue, count.counted("request"), name, newest, isMuted ? "(muted)" : nil]
        return parts.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "  ")
    }
}

extension [ApprovalRequest] {
    /// The requests as lines, newest first; those of a large group are one line, where its newest would be.
    func lines(groupedBy groups: [ApprovalGroup]) -> [String] {
        var large: [MerchantID: ApprovalGroup] = [:]
        for group in groups where group.isOneLine { large[group.merchant] = group }
        var told: Set<MerchantID> = []
        return compactMap { approval in
            guard let group = large[approval.intent.merchantID] else { return approval.line }
            return told.insert(group.merchant).inserted ? group.line : nil
        }
    }
}
