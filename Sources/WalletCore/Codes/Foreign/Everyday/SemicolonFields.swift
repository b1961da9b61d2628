/// Fields as in MECARD: `N:Owen,Sean;TEL:…;;`, with `\` before a delimiter that is meant literally.
struct SemicolonFields {
    private var fields: [(name: String, value: String)] = []

    /// The fields of a text, what stands before the first colon of each being its name.
    init(_ text: Substring) {
        var name: [UInt8]?
        var pending: [UInt8] = []
        var isEscaped = false
        for byte in text.utf8 {
            switch byte {
            case _ where isEscaped:
                pending.append(byte)
                isEscaped = false
            case UInt8(ascii: "\\"):
                isEscaped = true
            case UInt8(ascii: ":") where name == nil:
                name = pending
                pending = []
            case UInt8(ascii: ";"):
                add(name, pending)
                (name, pending) = (nil, [])
            default:
                pending.append(byte)
            }
        }
        add(name, pending)
    }

    private mutating func add(_ name: [UInt8]?, _ value: [UInt8]) {
        guard let name else { return }
        fields.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
    }

    /// Whether there is a field with a name.
    func has(_ name: String) -> Bool { fields.contains { $0.name == name } }

    /// The value of the one field with a name; `nil` if there are several, as there is no telling which is meant.
    func only(_ name: String) -> String? {
        let matches = fields.filter { $0.name == name }
        return matches.count == 1 ? matches[0].value : nil
    }
}
