import Foundation
import Subprocess
import Testing

/// libsecret is loaded by the names of its functions, so no compiler sees their types in the build. Here one does.
@Suite struct LibrarySignatureTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Cases/libsecret/types.c").path

    /// Compiles the list of functions against the headers.
    private func compile(_ definitions: String = "") async throws -> (isRight: Bool, said: String) {
        let headers = "$(pkg-config --cflags libsecret-1)"
        let command = "exec clang -std=gnu11 -fsyntax-only \(definitions) \(headers) '\(Self.file)'"
        let result = try await run(
            .name("sh"), arguments: ["-c", command], output: .discarded, error: .string(limit: 1 << 20))
        return (result.terminationStatus.isSuccess, result.standardError)
    }

    @Test func `the functions that are loaded have the types that the library's headers say`() async throws {
        let outcome = try await compile()
        #expect(outcome.isRight, "\(outcome.said)")
        let other = try await compile("-DFEX_WRONG")
        #expect(!other.isRight && other.said.contains("secret_item_get_modified has another type"), "\(other.said)")
    }
}
