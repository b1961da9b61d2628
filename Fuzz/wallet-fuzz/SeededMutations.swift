import FexValues

/// Inputs made of seeds by random changes, the same for the same number: what a test run tries without libFuzzer.
struct SeededMutations {
    /// What changes put in: delimiters, white space, marks that nobody sees, halves of characters.
    private static let spice = Array("\u{1B}\n\r\t%&=?#:/@;+*|\\\"{}[],1 0\u{301}\u{202E}\u{200B}\u{FEFF}\u{A0}".utf8)

    private let seeds: [[UInt8]]
    private let maximumLength: Int
    private var generator: SplitMix64

    init(_ seeds: [[UInt8]], maximumLength: Int, seed: UInt64) {
        self.seeds = seeds
        self.maximumLength = maximumLength
        generator = SplitMix64(seed: seed)
    }

    /// The next input: one in four is of random bytes alone.
    mutating func next() -> [UInt8] {
        guard !seeds.isEmpty, Int.random(in: 0..<4, using: &generator) > 0 else {
            return (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                .random(in: .min ... .max, using: &generator)
            }
        }
        var bytes = seeds[Int.random(in: 0..<seeds.count, using: &generator)]
        for _ in 0..<Int.random(in: 1...4, using: &generator) { change(&bytes) }
        return Array(bytes.prefix(maximumLength))
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let index = Int.random(in: 0...bytes.count, using: &generator)
        let isInside = index < bytes.count
        switch Int.random(in: 0..<9, using: &generator) {
        case 0 where isInside: bytes[index] = .random(in: .min ... .max, using: &generator)
        case 1 where isInside: bytes[index] = Self.spice.randomElement(using: &generator) ?? 0
        case 2 where isInside: bytes.remove(at: index)
        case 3 where isInside: bytes.removeSubrange(index..<min(index + 20, bytes.count))
        case 4 where isInside: bytes[index] ^= 1 << Int.random(in: 0..<8, using: &generator)
        case 5 where isInside:
            let end = min(index + Int.random(in: 0..<64, using: &generator), bytes.count - 1)
            bytes.insert(contentsOf: bytes[index...end], at: index)
        case 6:
            let other = seeds[Int.random(in: 0..<seeds.count, using: &generator)]
            bytes.insert(
                contentsOf: other.prefix(Int.random(in: 0...min(64, other.count), using: &generator)), at: index)
        case 7: bytes.insert(.random(in: 0x80 ... .max, using: &generator), at: index)
        default: bytes.insert(Self.spice.randomElement(using: &generator) ?? 0, at: index)
        }
    }
}
