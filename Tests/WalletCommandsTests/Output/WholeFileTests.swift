import FexValues
import Foundation
import TerminalProgram
import Testing

@testable import WalletCommands
@testable import WalletCore

@Suite struct WholeFileTests {
    private let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "files-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    private func file(_ name: String) -> URL { directory.appending(path: name) }
    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
    }
    private func permissions(of name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file(name).path)[.posixPermissions] as? Int
    }
    private func write(_ texts: String..., to name: String) async throws {
        try await WholeFile(path: file(name).path).write { file in
            for text in texts { try file.write(Array(text.utf8)) }
        }
    }
    private func text(_ name: String) throws -> String { try String(contentsOf: file(name), encoding: .utf8) }

    private struct Broken: Error {}

    @Test func `a file is there when it is whole, for its owner alone`() async throws {
        let directory = directory
        try await WholeFile(path: file("new.csv").path).write { file in
            try file.write(Array("one".utf8))
            #expect(!FileManager.default.fileExists(atPath: directory.appending(path: "new.csv").path))
            try file.write(Array("two".utf8))
        }
        #expect(try text("new.csv") == "onetwo")
        #expect(try permissions(of: "new.csv") == 0o600)
        #expect(try names() == ["new.csv"])
    }

    #if os(Linux)
        @Test(arguments: ["x.csv", "new.csv"])
        func `until it is whole a file has no name that a killed process could leave`(name: String) async throws {
            try Data("old".utf8).write(to: file("x.csv"))
            let directory = directory
            try await WholeFile(path: file(name).path).write { file in
                try file.write(Array("half".utf8))
                #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["x.csv"])
            }
            #expect(try text(name) == "half")
            #expect(try Set(names()) == ["x.csv", name])
        }
    #endif

    @Test(arguments: [0o600, 0o644, 0o666], [false, true])
    func `one of the same name is replaced, and may be read as was asked now`(before: Int, isShared: Bool) async throws
    {
        try Data("old, and longer".utf8).write(to: file("x.csv"))
        try FileManager.default.setAttributes([.posixPermissions: before], ofItemAtPath: file("x.csv").path)
        try await WholeFile(path: file("x.csv").path, isShared: isShared).write { try $0.write(Array("new".utf8)) }
        #expect(try text("x.csv") == "new")
        #expect(try permissions(of: "x.csv") == (isShared ? 0o644 : 0o600))
        #expect(try names() == ["x.csv"])
    }

    @Test func `what fails half-way leaves what was there, and nothing else`() async throws {
        try Data("old".utf8).write(to: file("x.csv"))
        for name in ["x.csv", "y.csv"] {
            await #expect(throws: Broken.self) {
                try await WholeFile(path: file(name).path).write { file in
                    try file.write(Array("half".utf8))
                    throw Broken()
                }
            }
        }
        #expect(try names() == ["x.csv"])
        #expect(try text("x.csv") == "old")
    }

    @Test(arguments: ["real.csv", "none.csv", "/dev/null"])
    func `a link is refused, and what it leads to is left as it is`(target: String) async throws {
        try FileManager.default.createSymbolicLink(atPath: file("link.csv").path, withDestinationPath: target)
        try Data("old".utf8).write(to: file("real.csv"))
        let failure = await #expect(throws: CommandFailure.self) { try await write("new", to: "link.csv") }
        #expect(failure?.status == .badData && failure?.code == "file_not_written")
        #expect(try text("real.csv") == "old")
        #expect(try names() == ["link.csv", "real.csv"])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: file("link.csv").path) == target)
    }

    @Test(arguments: ["no/such/directory.csv", "directory.csv"])
    func `where no file can be, the failure says so`(name: String) async throws {
        try FileManager.default.createDirectory(at: file("directory.csv"), withIntermediateDirectories: true)
        let failure = await #expect(throws: CommandFailure.self) { try await write("x", to: name) }
        #expect(failure?.status == .badData && failure?.code == "file_not_written")
        #expect(try names() == ["directory.csv"])
    }

    @Test func `a disk that is full is an error with its reason`() throws {
        let full = try FileHandle(forWritingTo: URL(filePath: "/dev/full"))
        let failure = #expect(throws: OutputError.self) {
            try OutputFile(descriptor: full.fileDescriptor, name: "full.csv").write([1, 2, 3])
        }
        #expect(failure?.description == "full.csv can't be written: No space left on device")
        let told = CommandFailure(unwritable: try #require(failure))
        #expect(told.status == .badData && told.money == .notMoved && told.retry == .later)
    }

    @Test func `output that can't be written says what was done all the same`() {
        let full = CommandFailure(unwritten: .unwritable(name: "standard output", number: ENOSPC))
        #expect(full.status == .notWritten && full.code == "output_not_written" && full.money == .notMoved)
        let paid = full.afterDoing("Paid 1.00 USD to Corner Coffee.", money: .moved)
        #expect(
            paid.money == .moved && paid.retry == .never
                && paid.description.hasSuffix("Paid 1.00 USD to Corner Coffee."))
        #expect(full.afterDoing("", money: .unknown).retry == .sameKey)
    }
}
