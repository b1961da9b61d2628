import FexValues
import Foundation
import PaymentCodes
import WalletCore
import WalletCurl

// A customer's app without screens: each start does one thing, and prints what became of it.
//
//   shopper FOLDER API AUTH login NAME PASSWORD
//   shopper FOLDER API AUTH pay CODE | approve INTENT | sync | erase
let arguments = CommandLine.arguments.dropFirst()
guard arguments.count >= 4, let api = URL(string: arguments[2]), let auth = URL(string: arguments[3]) else {
    print("usage: shopper FOLDER API AUTH login NAME PASSWORD | pay CODE | approve INTENT | sync | erase")
    exit(64)
}
let folder = URL(filePath: arguments[1])
let rest = Array(arguments.dropFirst(4))

do {
    let wallet = try await Wallet.open(.production(api: api, auth: auth, http: CurlTransport()), in: folder)
    switch (arguments[4], rest.count) {
    case ("login", 2):
        let account = try await wallet.account.logIn(username: rest[0], password: rest[1], deviceName: "shopper")
        print("logged in: \(account.wallet)")
    case ("pay", 1):
        guard case .merchant(let code) = try ScannedCode(parsing: rest[0]) else { throw NoCode() }
        let checked = try await wallet.intents.check(code)
        print("paying \(checked.intent.amount)")
        print(try await wallet.decisions.decide(.pay, on: checked.terms).decision.state.rawValue)
    case ("approve", 1):
        try await wallet.approvals.catchUp()
        guard let id = IntentID(rest[0]), let request = try await wallet.approvals.load(id) else { throw NoRequest() }
        print(try await wallet.decisions.decide(.approve, on: request.intent.terms).decision.state.rawValue)
    case ("sync", 0):
        _ = try await wallet.sync.once()
        for transaction in try await wallet.ledger.loadHistory().entries { print(transaction.amount) }
    case ("erase", 0):
        try await wallet.erase()
        print("erased")
    default:
        print("not understood")
        exit(64)
    }
    await wallet.close()
    print("open files: \(openFiles(in: folder).count)")
} catch let error as any WalletError {
    print("failed: \(error.code)")
    exit(1)
}

/// The process's descriptors of files in a folder.
func openFiles(in folder: URL) -> [String] {
    let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return descriptors.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") }
        .filter { $0.hasPrefix(folder.path) }
}

struct NoCode: Error {}
struct NoRequest: Error {}
