import ArgumentParser
import FexValues
import Foundation
import QRCode
import TerminalProgram
import WalletCore
import WalletDocuments
import WalletMessages

/// `rpc`: the wallet for programs in other languages.
struct RPCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rpc", abstract: "Talk to another program: JSON messages on standard input and output.",
        discussion: """
            One message a line, in both directions; Documentation/messages.md says what they are. At the end of input what is \
            in flight is answered, and the wallet closes.

            Example: echo '{"id":1,"method":"balance"}' | wallet-cli rpc
            """)

    /// How many requests may be in flight while more are read.
    private static let mostInFlight = 256

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let wallet: Wallet
        do { wallet = try await options.open().wallet } catch {
            let failure = Terminal.document(of: error)["error"] ?? .null
            try write((["id": 0, "error": failure] as JSON).text)
            try write(MessageWallet.lastMessage)
            throw error
        }
        let (signals, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let messages = MessageWallet.over(wallet, drawCode: { try QRCode(text: $0).svg() }) { signal.yield() }
        let written = NSCondition()
        // A thread of its own: it waits for the other program for as long as that takes.
        Thread.detachNewThread { Self.read(to: messages, waitingFor: written) }
        for await _ in signals {
            while let message = messages.receive() {
                do { try write(message) } catch {
                    await messages.close()
                    throw error
                }
                written.broadcast()
                if message == MessageWallet.lastMessage { return }
            }
        }
    }

    private func write(_ message: String) throws { try options.terminal.line(message) }

    /// Sends each line of standard input, and ends the conversation with it.
    private static func read(to messages: MessageWallet, waitingFor written: NSCondition) {
        var lines = InputLines(longest: HostMessage.longest)
        while let line = lines.next() {
            // Whoever doesn't receive answers isn't asked for more.
            written.lock()
            while messages.requestsInFlight >= mostInFlight { _ = written.wait(until: Date(timeIntervalSinceNow: 1)) }
            written.unlock()
            if messages.send(line) == .closed { return }
        }
        messages.end()
    }
}

/// The lines of standard input that are not empty. Of one that is too long only so much is kept that this can be seen.
private struct InputLines {
    private let longest: Int
    private var line: [UInt8] = []
    private var rest: ArraySlice<UInt8> = []
    private var isAtEnd = false

    init(longest: Int) { self.longest = longest }

    /// - Returns: Without its end; nil at the end of input, or where it can't be read.
    mutating func next() -> [UInt8]? {
        while true {
            while !rest.isEmpty {
                let end = rest.firstIndex(of: UInt8(ascii: "\n"))
                let part = rest[..<(end ?? rest.endIndex)]
                line += part.prefix(longest + 1 - line.count)
                rest = end.map { rest[($0 + 1)...] } ?? []
                if end != nil, let whole = takeLine() { return whole }
            }
            // Input that can't be read has ended.
            guard !isAtEnd, let bytes = try? StandardStreams.readSome(upTo: 1 << 16), !bytes.isEmpty else {
                isAtEnd = true
                return takeLine()
            }
            rest = bytes[...]
        }
    }

    private mutating func takeLine() -> [UInt8]? {
        defer { line = [] }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line.isEmpty ? nil : line
    }
}
