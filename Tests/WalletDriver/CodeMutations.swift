import FexValues
import Foundation
import PaymentCodes
import WalletCore
import WalletTesting

/// Codes with random changes, told one after another in one process: whether any does harm, takes long, or shows a secret.
struct CodeMutations {
    /// A code, and whether nothing of it may be shown.
    private struct Seed {
        var bytes: [UInt8]
        var isSecret: Bool
    }

    /// What changes put in: delimiters, white space, marks that nobody sees, halves of characters.
    private static let spice = Array("\u{1B}\n\r\t%&=?#:/@;+*|\\\"{}1 0\u{301}\u{202E}\u{200B}\u{FEFF}\u{A0}".utf8)

    private let seeds: [Seed]
    private var generator: SplitMix64
    private var kinds: [String: Int] = [:]
    private var printed: [String] = []
    private var slowest: Duration = .zero

    /// - Parameter files: Cases, one JSON object a line.
    init(files: [String], seed: UInt64) throws {
        generator = SplitMix64(seed: seed)
        seeds = try files.flatMap { file in
            try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").compactMap { line -> Seed? in
                let document = try JSON(parsing: String(line))
                guard let text = document["input"]?.stringValue else { return nil }
                let kind = document["expect"]?["foreign"]?.stringValue
                // Cut to forty digits, 32 bytes of hexadecimal are an address like any other, which is shown.
                let mayBeAddress = text.hasPrefix("0x")
                return Seed(
                    bytes: Array(text.utf8), isSecret: (kind == "secret" || kind == "cashu") && !mayBeAddress)
            }
        }
        guard !seeds.isEmpty else { throw CodeMutationsError.noSeeds }
    }

    /// Tells so many changed codes.
    mutating func run(count: Int) {
        for _ in 0..<count { tell(next()) }
    }

    private mutating func next() -> (seed: Seed, text: String) {
        let seed = seeds[Int.random(in: 0..<seeds.count, using: &generator)]
        var bytes = seed.bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) { change(&bytes) }
        return (seed, String(decoding: bytes, as: UTF8.self))
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let index = Int.random(in: 0...bytes.count, using: &generator)
        let isInside = index < bytes.count
        switch Int.random(in: 0..<8, using: &generator) {
        case 0 where isInside: bytes[index] = .random(in: .min ... .max, using: &generator)
        case 1 where isInside: bytes[index] = CodeMutations.spice.randomElement(using: &generator) ?? 0
        case 2 where isInside: bytes.remove(at: index)
        case 3 where isInside: bytes.removeSubrange(index...)
        case 4 where isInside: bytes[index] ^= 0x20
        case 5 where isInside:
            let end = Int.random(in: index..<bytes.count, using: &generator)
            bytes.insert(contentsOf: bytes[index...end], at: index)
        case 6:
            let other = seeds[Int.random(in: 0..<seeds.count, using: &generator)].bytes
            bytes.insert(contentsOf: other.prefix(Int.random(in: 0...other.count, using: &generator)), at: index)
        default: bytes.insert(CodeMutations.spice.randomElement(using: &generator) ?? 0, at: index)
        }
    }

    private mutating func tell(_ changed: (seed: Seed, text: String)) {
        let clock = ContinuousClock()
        var shown = ""
        let time = clock.measure {
            do throws(CodeError) {
                switch try ScannedCode(parsing: changed.text) {
                case .merchant(let code):
                    note("merchant")
                    shown = code.merchantName ?? ""
                case .wallet: note("wallet")
                case .foreign(let code):
                    note(code.kind.rawValue)
                    shown = code.summary
                }
            } catch {
                note("refused")
                shown = "\(error)"
            }
            _ = IntentID(typed: changed.text)
        }
        slowest = max(slowest, time)
        if changed.seed.isSecret, shows(shown, changed.seed) { printed.append(changed.text) }
    }

    private mutating func note(_ kind: String) { kinds[kind, default: 0] += 1 }

    /// Whether twenty characters of a key in a row are shown, or all words of a phrase in a row.
    private func shows(_ shown: String, _ seed: Seed) -> Bool {
        let words = words(of: seed.bytes)
        let key = words.max { $0.count < $1.count } ?? []
        guard key.count >= 20 else {
            let shownWords = self.words(of: Array(shown.utf8))
            return shownWords.indices.contains { shownWords[$0...].starts(with: words) }
        }
        let bytes = Array(shown.utf8)
        guard bytes.count >= 20 else { return false }
        let windows = Set((0...key.count - 20).map { key.dropFirst($0).prefix(20) })
        return (0...bytes.count - 20).contains { windows.contains(bytes[$0..<$0 + 20]) }
    }

    /// Runs of letters and digits.
    private func words(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        bytes.split { byte in
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            return !isDigit && !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
    }

    /// What was seen.
    var document: JSON {
        [
            "kinds": .object(JSONObject(kinds.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) })),
            "codes": .integer(kinds.values.reduce(0, +)), "printed": .integer(printed.count),
            "examples": .array(printed.prefix(20).map { .string($0) }),
            "slowest_us": .integer(Int(slowest / .microseconds(1))),
        ]
    }

    /// Changed codes, as a check gives them to the program itself.
    mutating func texts(count: Int) -> [JSON] {
        (0..<count).map { _ in
            let changed = next()
            return ["text": .string(changed.text), "secret": .bool(changed.seed.isSecret)]
        }
    }
}

/// Why no codes can be changed.
enum CodeMutationsError: Error {
    case noSeeds
}
