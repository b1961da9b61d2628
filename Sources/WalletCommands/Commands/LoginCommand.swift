import ArgumentParser
import FexValues
import Foundation
import QRCode
import TerminalProgram
import WalletCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `login`: starts a session, and registers this device's key.
struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Log a customer in on this device.",
        discussion: """
            Shows a page and a code on standard error, and waits until you have allowed this device there.

              wallet-cli login

            For tests, with a password instead:

              printf '%s' "$PASSWORD" | wallet-cli login --username alice --password-stdin
            """)

    @OptionGroup var options: GlobalOptions
    @Option(help: ArgumentHelp("For tests: the customer's name at the identity provider.", valueName: "name"))
    var username: String?
    @Flag(help: "For tests: read the password from standard input.") var passwordStdin = false

    /// In bytes, with the end of its line.
    private static let longestPassword = 4096

    func run() async throws {
        guard passwordStdin == (username != nil) else {
            throw CommandFailure(
                .usage, "no_password", "a name and a password go together: --username NAME --password-stdin, or neither"
            )
        }
        let credentials = try username.map { (name: $0, password: try readPassword()) }
        let context = try await options.open()
        let service = context.wallet.account
        let deviceName = "wallet-cli on \(ProcessInfo.processInfo.hostName)"
        let account: Account
        if let credentials {
            account = try await service.logIn(
                username: credentials.name, password: credentials.password.value, deviceName: deviceName)
        } else {
            // Shown with --quiet too: without it nobody could ever log in.
            account = try await service.logIn(deviceName: deviceName) { [terminal = options.terminal] prompt in
                terminal.show(prompt.instructions)
            }
        }
        try options.terminal.result(
            [
                "profile": .string(context.profile.name), "wallet": .string(account.wallet.rawValue),
                "balance": .string(account.balance.decimalString), "currency": .string(account.balance.currency.code),
            ],
            text: "Logged in. Wallet \(account.wallet) holds \(account.balance).")
    }

    private func readPassword() throws -> Redacted<String> {
        var bytes = try StandardInput.read(upTo: Self.longestPassword + 1, failing: .usage)
        guard bytes.count <= Self.longestPassword else {
            throw CommandFailure(.usage, "no_password", "what stands on standard input is too long for a password")
        }
        // A line's end, of either kind, is no part of it.
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard let password = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.usage, "no_password", "what stands on standard input is no text in UTF-8")
        }
        guard !password.isEmpty else {
            throw CommandFailure(.usage, "no_password", "standard input holds no password")
        }
        return Redacted(password)
    }
}

extension DevicePrompt {
    /// What a person has to do to log this device in.
    fileprivate var instructions: String {
        """
        To log in, open this page on any device, and allow the code \(userCode):

          \(pageWithCode ?? page)
        \(drawing)
        Waiting until \(expiresAt). Control-C gives up.
        """
    }

    /// The page as a code for a phone's camera, where a person is at a terminal that is wide enough.
    private var drawing: String {
        guard isatty(STDERR_FILENO) != 0,
            let text = try? QRCode(text: (pageWithCode ?? page).absoluteString)
                .terminalText(style: .halfBlocks(inverted: false)),
            let width = text.split(separator: "\n").first?.count, width <= ScreenWidth.current ?? 80
        else { return "" }
        return "\n" + text
    }
}

/// `logout`: ends the session; history and open decisions stay.
struct LogoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "End the session; history and open decisions stay.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let context = try await options.open()
        let isRevoked = try await context.wallet.account.logOut()
        let text =
            isRevoked
            ? "Logged out."
            : "Logged out on this device. The platform could not be told: what was given to it ends there by itself."
        try options.terminal.result(["logged_in": false, "revoked": .bool(isRevoked)], text: text)
    }
}
