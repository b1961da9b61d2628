/// Fields as in MECARD: `N:Owen,Sean;TEL:…;;`, with `\` before a delimiter that is meant literally.
struct SemicolonFields {
    /// The fields, what stands before the first colon of each being its name.
    private(set) var fields = NamedFields()

    /// The fields of a text.
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
                name = pending.filter { $0 > 0x20 }
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
        fields.add(name: name, value: String(decoding: value, as: UTF8.self))
    }
}
