import Crypto
import CryptoExtras
import Foundation

/// RSA keys that are equal for equal seeds, so that runs of a sandbox can be compared to the byte.
///
/// For tests alone: whoever knows the 64-bit seed knows the key. The primes are looked for here, with a generator that
/// repeats itself; whether a number is prime is asked of the crypto library, by making it part of a key and signing:
/// a signature that verifies is a Fermat test, which for numbers drawn at random leaves no doubt that matters.
struct SeededRSAKey {
    private var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    /// The public exponent: the usual one.
    private static let exponent: UInt64 = 65_537

    /// How many odd numbers are looked at from each starting point.
    private static let window = 4096

    /// Makes the seed's 2048-bit key.
    mutating func make() throws -> _RSA.Signing.PrivateKey {
        while true {
            let (first, second) = (nextPrime(), nextPrime())
            if first != second, let key = SeededRSAKey.key(first, second) { return key }
        }
    }

    /// A prime of 1024 bits whose two highest are set, so that the product of two has 2048.
    private mutating func nextPrime() -> WideInteger {
        while true {
            var bytes = (0..<128).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            bytes[0] |= 0xC0
            bytes[127] |= 1
            let start = WideInteger(bytes: bytes)
            for offset in SeededRSAKey.offsetsWithoutSmallFactors(from: start) {
                let candidate = start.adding(offset)
                if SeededRSAKey.key(candidate, publishedPrime) != nil { return candidate }
            }
        }
    }

    /// The even offsets from an odd number at which no small prime divides.
    private static func offsetsWithoutSmallFactors(from start: WideInteger) -> [UInt64] {
        var isComposite = Array(repeating: false, count: window)
        for prime in smallPrimes {
            let remainder = Int(start.divided(by: UInt64(prime)).remainder)
            // The first k with start + 2k ≡ 0: half of -remainder, made even first by adding the odd prime.
            let distance = (prime - remainder) % prime
            var index = distance.isMultiple(of: 2) ? distance / 2 : (distance + prime) / 2
            while index < window {
                isComposite[index] = true
                index += prime
            }
        }
        return isComposite.indices.filter { !isComposite[$0] }.map { UInt64($0) * 2 }
    }

    /// The odd primes below 8192.
    private static let smallPrimes: [Int] = {
        var isComposite = Array(repeating: false, count: 8192)
        return stride(from: 3, to: 8192, by: 2).filter { number in
            guard !isComposite[number] else { return false }
            for multiple in stride(from: number * number, to: 8192, by: number) { isComposite[multiple] = true }
            return true
        }
    }()

    /// The key of two numbers, or `nil` if either turns out not to be prime.
    private static func key(_ first: WideInteger, _ second: WideInteger) -> _RSA.Signing.PrivateKey? {
        let totient = first.minusOne.multiplied(by: second.minusOne)
        // d = (1 + kφ) / e for the k that makes the division come out even: k ≡ -1/φ (mod e).
        guard let inverse = inverse(of: totient.divided(by: exponent).remainder) else { return nil }
        let multiple = totient.multiplied(by: WideInteger(bytes: bytes(exponent - inverse)))
        let (secret, remainder) = multiple.adding(1).divided(by: exponent)
        guard remainder == 0,
            let key = try? _RSA.Signing.PrivateKey(
                n: first.multiplied(by: second).bytes, e: bytes(exponent), d: secret.bytes, p: first.bytes,
                q: second.bytes),
            let signature = try? key.signature(for: SHA256.hash(data: first.bytes), padding: .insecurePKCS1v1_5),
            key.publicKey.isValidSignature(
                signature, for: SHA256.hash(data: first.bytes), padding: .insecurePKCS1v1_5)
        else { return nil }
        return key
    }

    /// The inverse modulo the exponent, which is prime: the power by two less (Fermat).
    private static func inverse(of number: UInt64) -> UInt64? {
        guard number != 0 else { return nil }
        var (result, base, power) = (UInt64(1), number, exponent - 2)
        while power > 0 {
            if power & 1 == 1 { result = result * base % exponent }
            base = base * base % exponent
            power >>= 1
        }
        return result
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        Array(
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }.drop {
                $0 == 0
            })
    }

    /// A prime that everybody knows (RFC 2409, section 6.2), to test candidates with: part of no key that is used.
    private static let publishedPrime = WideInteger(
        bytes: Hexadecimal.bytes(
            """
            ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd\
            ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed\
            ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff
            """) ?? [])

    private var publishedPrime: WideInteger { SeededRSAKey.publishedPrime }
}
