import FexValues
import Foundation
import WalletCore

/// What was seen of all wallets.
struct Findings {
    private let canaries: [String]
    private(set) var problems: [String] = []
    private var wallets = 0
    private var mended = 0
    private var errors: [String: Int] = [:]

    init(canaries: [String]) { self.canaries = canaries }

    mutating func noteWallet(mended: Int) {
        wallets += 1
        self.mended += mended > 0 ? 1 : 0
    }

    mutating func problem(_ what: String, _ seed: UInt64) {
        problems.append("seed \(seed): \(what)")
        FileHandle.standardOutput.write(Data("problem: seed \(seed): \(what)\n".utf8))
    }

    /// An error is one that the wallet knows, and says nothing of what is stored.
    mutating func note(_ error: any Error, during step: String, _ seed: UInt64) {
        let text = "\(error)"
        if canaries.contains(where: text.contains) { problem("\(step) prints what is stored: \(text)", seed) }
        guard let known = error as? any WalletError else { return problem("\(step): \(type(of: error)) \(text)", seed) }
        if let error = error as? StorageError, error.cause == .other { problem("\(step): \(text)", seed) }
        errors[known.code, default: 0] += 1
    }

    var document: JSON {
        [
            "wallets": .integer(wallets), "mended": .integer(mended), "problems": .integer(problems.count),
            "errors": .object(JSONObject(errors.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) })),
        ]
    }
}
