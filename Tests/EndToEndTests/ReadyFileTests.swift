import FexValues
import Foundation
import Testing
import WalletCore

/// Where a sandbox leaves everybody's credentials, only who started it can read them.
@Suite struct ReadyFileTests {
    private func permissions(_ file: URL) throws -> Int {
        let found = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        return try #require(found)
    }

    /// Starts a sandbox under a umask that hides nothing, and looks at its files while it runs.
    private func serving(
        in directory: URL, cache: URL, _ look: (URL) async throws -> Void
    ) async throws {
        let readyFile = directory.appending(path: "ready.json")
        // As left by an earlier version.
        try Data("{}".utf8).write(to: readyFile)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: readyFile.path)
        var shell = Program.system("sh")
        shell.environment["XDG_CACHE_HOME"] = cache.path
        let program = Program.directory(of: "fex-sandbox").appending(path: "fex-sandbox").path
        let (_, exitCode) = try await shell.whileRunning(
            [
                "-c", #"umask 0; exec "$0" "$@""#, program, "serve", "--port", "0", "--no-nats", "--ready-file",
                readyFile.path,
            ], output: directory.appending(path: "out"), errors: directory.appending(path: "err")
        ) {
            _ = try await eventually("the sandbox is ready") {
                FileManager.default.contents(atPath: readyFile.path).flatMap { try? JSON(parsing: $0) }?["api"]
            }
            try await look(readyFile)
        }
        #expect(exitCode == 0)
    }

    private func inDirectory(_ body: (URL) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "ready-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await body(directory)
    }

    @Test(arguments: [nil, 0o777]) func `whatever the umask, others can't read it`(before: Int?) async throws {
        try await inDirectory { directory in
            let cache = directory.appending(path: "cache")
            let folder = cache.appending(path: "fex-sandbox")
            if let before {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try FileManager.default.setAttributes([.posixPermissions: before], ofItemAtPath: folder.path)
            }
            try await serving(in: directory, cache: cache) { readyFile in
                let found = try [readyFile, folder, folder.appending(path: "ready.json")].map(permissions)
                #expect(found == [0o600, 0o700, 0o600])
            }
        }
    }

    @Test func `nothing is left in a folder that is a link to another`() async throws {
        try await inDirectory { directory in
            let (cache, target) = (directory.appending(path: "cache"), directory.appending(path: "target"))
            for folder in [cache, target] {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            }
            try FileManager.default.createSymbolicLink(
                at: cache.appending(path: "fex-sandbox"), withDestinationURL: target)
            try await serving(in: directory, cache: cache) { _ in
                let found = try FileManager.default.contentsOfDirectory(atPath: target.path)
                #expect(found.isEmpty)
            }
        }
    }
}
