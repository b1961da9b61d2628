package import FexValues
import Foundation
import PaymentCodes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a program was started with, as the bytes that the system hands over.
///
/// Swift's own `CommandLine.arguments`, and Foundation's environment, put U+FFFD in the place of bytes that are not UTF-8:
/// a path would become that of another file, which would be made without a word.
package enum ProgramArguments {
    /// The arguments, without the program's name.
    package static func read() throws(NotUTF8) -> [String] {
        var arguments: [String] = []
        for number in 1..<max(1, CommandLine.argc) {
            guard let argument = unsafe CommandLine.unsafeArgv[Int(number)] else { break }
            arguments.append(try unsafe text(argument, "argument \(number)", isArgument: true))
        }
        return arguments
    }

    /// A variable of the environment; `nil` where it is not set, or empty.
    package static func variable(_ name: String) throws(NotUTF8) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = try unsafe text(value, name, isArgument: false)
        return text.isEmpty ? nil : text
    }

    /// Makes sure that a path means what it says: one that is relative also has the working directory's bytes.
    package static func check(path: String) throws(NotUTF8) {
        guard !path.hasPrefix("/"), let directory = unsafe getcwd(nil, 0) else { return }
        defer { unsafe free(directory) }
        _ = try unsafe text(directory, "the working directory", isArgument: false)
    }

    private static func text(
        _ bytes: UnsafePointer<CChar>, _ what: String, isArgument: Bool
    ) throws(NotUTF8) -> String {
        if let text = unsafe String(validatingCString: bytes) { return text }
        let length = unsafe strlen(bytes)
        let all = unsafe UnsafeRawBufferPointer(start: bytes, count: length)
        throw unsafe NotUTF8(what, Array(all), isArgument: isArgument)
    }
}

/// An argument, or a variable of the environment, that is not UTF-8.
package struct NotUTF8: WalletError, Hashable {
    /// What it is: `argument 2`.
    package var what: String
    /// Whether it is an argument.
    package var isArgument: Bool
    private var byte: UInt8
    private var position: Int
    /// `nil` where what was given holds a secret.
    private var shown: String?

    init(_ what: String, _ bytes: [UInt8], isArgument: Bool) {
        self.what = what
        self.isArgument = isArgument
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        position = 0
        while case .valid(let character) = parser.parseScalar(from: &rest) { position += character.count }
        byte = position < bytes.count ? bytes[position] : 0
        guard !Quotation.holdsSecret(String(decoding: bytes, as: UTF8.self)) else { return }
        let readable = bytes.prefix(80).map { byte in
            (0x20..<0x7F).contains(byte)
                ? String(UnicodeScalar(byte)) : "\\x" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        shown = Quotation.withoutSecrets(readable.joined())
    }

    /// A stable name for programs, in snake case.
    package var code: String { "not_utf8" }
    /// Whether trying again can help.
    package var retry: RetryAdvice { .never }
    /// Whether money may have moved.
    package var money: MoneyEffect { .notMoved }
    /// Which argument or variable it is, and its first byte that is no UTF-8; on one line.
    package var description: String {
        let place = shown.map { ", in \"\($0)\"" } ?? ". It holds a secret, and is not repeated here"
        return "\(what) is not UTF-8: byte \(position + 1) is 0x\(String(byte, radix: 16).uppercased())\(place)"
    }
}
