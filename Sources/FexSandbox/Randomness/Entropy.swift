import FexValues
import Synchronization

/// The one source of randomness of a sandbox: the system's, or one that repeats itself for equal seeds.
public final class Entropy: Sendable {
    private let generator: Mutex<any RandomNumberGenerator & Sendable>
    private let seed: UInt64?

    /// A source.
    ///
    /// - Parameter seed: Equal seeds give equal ids and secrets in equal order; `nil` takes the system's randomness.
    public init(seed: UInt64?) {
        self.seed = seed
        if let seed {
            generator = Mutex(SplitMix64(seed: seed))
        } else {
            generator = Mutex(SystemRandomNumberGenerator())
        }
    }

    /// Goes on as the source of a later start on the same state: what an earlier start drew must not be drawn again.
    ///
    /// - Parameter start: How many starts there were before; 0 changes nothing. Equal starts draw equal numbers.
    func resume(atStart start: UInt64) {
        guard let seed, start > 0 else { return }
        var mixer = SplitMix64(seed: seed ^ (start &* 0xD1B5_4A32_D192_ED03))
        let mixed = mixer.next()
        generator.withLock { $0 = SplitMix64(seed: mixed) }
    }

    /// Random bytes.
    public func bytes(_ count: Int) -> [UInt8] {
        generator.withLock { generator in
            (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        }
    }

    /// A random (version 4) UUID in lower case.
    public func uuid() -> String {
        var bytes = bytes(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += Hexadecimal.digits(of: byte)
        }
        return text
    }

    /// A random secret as lower-case hexadecimal digits.
    ///
    /// - Parameter byteCount: How many random bytes it is made of; it has twice as many characters.
    public func secret(byteCount: Int = 24) -> String {
        Hexadecimal.text(bytes(byteCount))
    }

    /// A number from 0 up to but not including 1.
    public func unitInterval() -> Double {
        generator.withLock { Double.random(in: 0..<1, using: &$0) }
    }

    /// A number in a range.
    public func number(in range: ClosedRange<Int64>) -> Int64 {
        generator.withLock { Int64.random(in: range, using: &$0) }
    }
}
