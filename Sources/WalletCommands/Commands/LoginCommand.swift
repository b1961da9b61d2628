import ArgumentParser
import Foundation
import WalletCore

/// `login`: starts a session, and registers this device's key.
struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Log a customer in on this device.",
        discussion: "Example: printf '%s' \"$PASSWORD\" | wallet-cli login --username alice --password-stdin")

    @OptionGroup var options: GlobalOptions
    @Option(help: ArgumentHelp("The customer's name at the identity provider.", valueName: "name")) var username: String
    @Flag(help: "Read the password from standard input.") var passwordStdin = false

    func run() async throws {
        guard passwordStdin else {
            throw CommandFailure(
                .usage, "no_password", "the password is read from standard input: add --password-stdin")
        }
        var password = String(
            decoding: try FileHandle.standardInput.read(upToCount: 4096) ?? Data(), as: UTF8.self)
        if password.hasSuffix("\n") { password.removeLast() }
        guard !password.isEmpty else {
            throw CommandFailure(.usage, "no_password", "standard input holds no password")
        }
        let session = try await options.open()
        let account = try await session.wallet.enrolment.logIn(
            username: username, password: password, deviceName: "wallet-cli on \(ProcessInfo.processInfo.hostName)")
        options.terminal.result(
            [
                "profile": .string(session.profile.name), "wallet": .string(account.wallet.rawValue),
                "balance": .string(account.balance.decimalString), "currency": .string(account.balance.currency.code),
            ],
            text: "Logged in. Wallet \(account.wallet) holds \(account.balance).")
    }
}

/// `logout`: ends the session; history and open decisions stay.
struct LogoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "End the session; history and open decisions stay.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let session = try await options.open()
        try session.wallet.session.logOut()
        options.terminal.result(["logged_in": false], text: "Logged out.")
    }
}
