import Foundation
import Testing

@testable import WalletCommands

@Suite struct CodeArgumentTests {
    private func code(of argument: String) -> String? {
        do {
            return try CodeArgument.read(argument)
        } catch let error as CommandFailure {
            return error.code
        } catch {
            return nil
        }
    }

    @Test func `a picture that is not there is no text`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "code-\(UUID().uuidString).png").path
        #expect(code(of: path) == "no_such_file")
        #expect(code(of: "nothing.JPG") == "no_such_file")
        try Data([1]).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(code(of: path) == "picture_not_read")
    }

    @Test(arguments: ["https://shop.test/code.png", "pi_1", "a.png?"])
    func `what only looks like a picture's name is text`(_ text: String) {
        #expect(code(of: text) == text)
    }
}
