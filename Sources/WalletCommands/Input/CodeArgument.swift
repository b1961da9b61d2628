import Foundation
import PaymentCodes
import TerminalProgram
import WalletCore

/// What a person gives as a code: text, or `-` for standard input.
enum CodeArgument {
    /// The text that was meant.
    static func read(_ argument: String) throws -> String {
        guard argument == "-" else {
            let isPicture = [".png", ".jpg", ".jpeg"].contains { argument.lowercased().hasSuffix($0) }
            guard isPicture else { return argument }
            if FileManager.default.fileExists(atPath: argument) {
                throw CommandFailure(
                    .badData, "picture_not_read",
                    "pictures are read by another program: zbarimg --raw -q --nodbus -Sbinary FILE | wallet-cli scan -")
            }
            // An address may end so too, and has a scheme.
            guard argument.contains(":") else {
                throw CommandFailure(.badData, "no_such_file", "there is no file \(Quotation(argument))")
            }
            return argument
        }
        // A little more than any code holds, so that what is too long is seen to be.
        let bytes = try StandardInput.read(upTo: 64 * 1024, failing: .badData)
        guard let text = ScannedCode.text(of: bytes) else {
            throw CommandFailure(.badData, "unusable_code", "what stands on standard input is not text")
        }
        return text
    }
}
