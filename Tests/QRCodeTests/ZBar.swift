import Foundation

/// The reader that the tests trust: `zbarimg`.
enum ZBar {
    /// What a reader finds in an image, or `nil` if it finds no code.
    static func read(_ image: Data) throws -> String? {
        let file = FileManager.default.temporaryDirectory.appending(path: "qr-\(UUID().uuidString)")
        try image.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-Sbinary", file.path]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let found = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: found, as: UTF8.self) : nil
    }
}
