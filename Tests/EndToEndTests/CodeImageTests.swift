import FexValues
import Foundation
import Testing
import WalletCore

/// The wallet's own code as a file.
@Suite struct CodeImageTests {
    @Test func `the code is written as images, whole and for its owner alone, and read back`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            let (png, svg) = (world.directory.appending(path: "own.png"), world.directory.appending(path: "own.svg"))
            try Data("before".utf8).write(to: png)
            let outcome = try await wallet("code", "--png", png.path, "--svg", svg.path, "--json")
            #expect(outcome.exitCode == 0, "\(outcome)")
            let token = world.ready["wallets"]?[0]?["scan_token"]?.stringValue
            let document = try outcome.document()
            #expect(document["scan_token"]?.stringValue == token)
            #expect(document["png"]?.stringValue == png.path && document["svg"]?.stringValue == svg.path)
            for file in [png, svg] {
                let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
                #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
            }
            let read = try await Program.system("zbarimg")("--quiet", "--raw", png.path)
            #expect(read.output.trimmingCharacters(in: .newlines) == token)
            #expect(try String(contentsOf: svg, encoding: .utf8).contains("</svg>"))
            let told = try await wallet("code", "--svg", svg.path)
            #expect(told.output == "The code is in \(svg.path).\n", "nothing is drawn")
        }
    }

    @Test func `what can't be written leaves nothing, and what is no file's name is wrong usage`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            let folder = world.directory.appending(path: "images")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let link = folder.appending(path: "link.png")
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: folder.appending(path: "other"))
            for path in [link.path, folder.path, folder.appending(path: "none/x.png").path, "/dev/full"] {
                let outcome = try await wallet("code", "--png", path, "--json")
                #expect(outcome.exitCode == 65, "\(path): \(outcome)")
                #expect(try outcome.error()["code"] == "file_not_written")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["link.png"])
            for arguments in [["--png", "-"], ["--svg", ""], ["--png", "a", "--svg", "a"]] {
                #expect(try await wallet.run(["code"] + arguments).exitCode == 64, "\(arguments)")
            }
        }
    }
}
