import Foundation
import Subprocess

/// The reader that the tests trust: `zbarimg`.
enum ZBar {
    /// What a reader finds in an image, or `nil` if it finds no code.
    static func read(_ image: Data) async throws -> String? {
        let file = FileManager.default.temporaryDirectory.appending(path: "qr-\(UUID().uuidString)")
        try image.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let reading = try await run(
            .name("zbarimg"),
            arguments: ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-Sbinary", file.path],
            output: .string(limit: 1 << 16))
        return reading.terminationStatus.isSuccess ? reading.standardOutput : nil
    }
}
