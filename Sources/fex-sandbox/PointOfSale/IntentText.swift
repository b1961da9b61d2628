import FexValues
import QRCode

/// A payment intent for people.
struct IntentText {
    private let intent: JSON
    private let withCode: Bool

    init(_ intent: JSON, withCode: Bool) {
        self.intent = intent
        self.withCode = withCode
    }

    /// The lines, without a line feed at the end. With a code, its drawing comes first and what it says last.
    var text: String {
        var lines = ["intent \(member("id"))", "  \(amount) \(member("currency")), \(member("status"))"]
        if intent["description"] != nil { lines.append("  \(member("description"))") }
        lines.append("  expires \(member("expires_at"))")
        if withCode, let code = intent["qr_data"]?.stringValue {
            if let drawing = try? QRCode(text: code).terminalText() { lines.insert(drawing, at: 0) }
            lines.append(PlainText.clean(code, limit: 4096))
        }
        return lines.joined(separator: "\n")
    }

    private var amount: String {
        guard case .number(let literal)? = intent["amount"] else { return member("amount") }
        return literal
    }

    private func member(_ name: String) -> String {
        intent[name]?.stringValue.map { PlainText.clean($0) } ?? "?"
    }
}
