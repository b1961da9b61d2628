import ArgumentParser
import DurableFiles
import FexValues
import Foundation
import TerminalProgram

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a passphrase comes from: the terminal, or a file descriptor that a program has opened.
struct PassphraseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Read the passphrase from this file descriptor, up to the end of a line, in place of the terminal.",
            valueName: "number"))
    var passphraseFD: Int32?

    /// In bytes.
    private static let longest = 1024

    /// Reads a passphrase; on a terminal without showing it.
    ///
    /// - Throws: ``CommandFailure`` where there is nowhere to read one from, or what stands there is none.
    func read(_ prompt: String) throws -> String {
        guard let passphraseFD else { return try Self.check(try Self.ask(prompt)) }
        return try Self.check(try Self.line(from: passphraseFD))
    }

    /// Reads a passphrase that is new: on a terminal twice.
    func readNew() throws -> String {
        let passphrase = try read("New passphrase: ")
        guard passphraseFD == nil else { return passphrase }
        guard try Self.ask("Once more: ") == Array(passphrase.utf8) else {
            throw CommandFailure(.usage, "passphrases_differ", "the two passphrases differ: nothing was changed")
        }
        return passphrase
    }

    private static func check(_ bytes: [UInt8]) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self), !text.isEmpty else {
            throw CommandFailure(.usage, "no_passphrase", "that is no passphrase: it is empty, or no text in UTF-8")
        }
        return text
    }

    /// Asks on the terminal itself, whatever standard input is; what was typed before counts for nothing.
    private static func ask(_ prompt: String) throws -> [UInt8] {
        let asked = try HiddenTyping.ask(prompt) { terminal in try line(from: terminal) }
        guard let asked else {
            throw CommandFailure(
                .usage, "no_terminal", "there is no terminal to ask for the passphrase on, and no --passphrase-fd")
        }
        return asked
    }

    private static func line(from descriptor: Int32) throws -> [UInt8] {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            #if canImport(Glibc)
                let count = unsafe Glibc.read(descriptor, &byte, 1)
            #else
                let count = unsafe Darwin.read(descriptor, &byte, 1)
            #endif
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw CommandFailure(
                    .usage, "no_passphrase", "file descriptor \(descriptor) can't be read: \(FileFailure.last)")
            }
            guard count > 0, byte != UInt8(ascii: "\n") else { break }
            line.append(byte)
            guard line.count <= longest else {
                throw CommandFailure(.usage, "no_passphrase", "what stands there is too long for a passphrase")
            }
        }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
    }
}
