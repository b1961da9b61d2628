import DurableFiles
import Foundation
import Testing

@testable import WalletCommands

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A home is one user's alone, or is not used.
@Suite struct HomePrivacyTests {
    private static let files = FileManager.default
    private let directory: URL
    private var home: Home { Home(option: directory.path, environment: [:]) }
    private let address = URL(string: "https://platform.test")!

    init() {
        // As the kernel knows it: some systems have their folder of temporary files behind a link.
        directory = Self.files.temporaryDirectory.resolvingSymlinksInPath().appending(path: "home-\(UUID().uuidString)")
    }

    private func made() async throws {
        let profile = try await home.add("default", api: address, auth: address, nats: nil)
        try Data("x".utf8).write(to: profile.database)
        try home.use("default")
    }

    private func path(_ part: String) -> String { part.isEmpty ? directory.path : directory.appending(path: part).path }

    private func mode(_ part: String) throws -> Int? {
        try Self.files.attributesOfItem(atPath: path(part))[.posixPermissions] as? Int
    }

    private static let parts = ["", "profiles", "profiles/default", "profiles/default/profile.json", "current"]

    @Test(arguments: parts) func `what others can write is refused by its path`(part: String) async throws {
        defer { try? Self.files.removeItem(at: directory) }
        try await made()
        for bit in [0o020, 0o002] {
            let before = try #require(try mode(part))
            unsafe chmod(path(part), mode_t(before | bit))
            let error = #expect(throws: ConfigurationError.self) { try home.load(nil) }
            #expect(error?.code == "home_not_private" && error?.isOfTheSystem == true)
            #expect(
                error?.description.hasPrefix("\(path(part)) can be written by others") == true,
                "\(String(describing: error))")
            unsafe chmod(path(part), mode_t(before))
        }
        #expect(try home.load(nil).api == address)
    }

    @Test(arguments: parts + ["profiles/default/wallet.sqlite", "profiles/default/secrets"])
    func `a link is refused, wherever it leads`(part: String) async throws {
        defer { try? Self.files.removeItem(at: directory) }
        try await made()
        let aside = directory.path + "-aside"
        defer { try? Self.files.removeItem(atPath: aside) }
        if Self.files.fileExists(atPath: path(part)) {
            try Self.files.moveItem(atPath: path(part), toPath: aside)
        }
        try Self.files.createSymbolicLink(atPath: path(part), withDestinationPath: aside)
        for end in ["", "/", "/.", "//./"] {
            let home = Home(option: directory.path + end, environment: [:])
            let error = #expect(throws: ConfigurationError.self) { try home.load(nil) }
            #expect(
                error?.description.hasPrefix("\(path(part)) is a symbolic link") == true, "\(String(describing: error))"
            )
        }
        await #expect(throws: ConfigurationError.self) {
            try await home.add("default", api: address, auth: address, nats: nil)
        }
        #expect(throws: ConfigurationError.self) { try home.remove("default") }
    }

    @Test func `what others may read is taken from them without a word`() async throws {
        defer { try? Self.files.removeItem(at: directory) }
        try await made()
        for part in Self.parts + ["profiles/default/wallet.sqlite"] {
            unsafe chmod(path(part), mode_t(try #require(try mode(part)) | 0o055))
        }
        _ = try home.load(nil)
        for part in Self.parts + ["profiles/default/wallet.sqlite"] {
            #expect(try #require(try mode(part)) & 0o077 == 0, "\(part)")
        }
    }

    @Test(.enabled(if: geteuid() == 0), arguments: parts + ["profiles/default/wallet.sqlite"])
    func `what is another user's is refused`(part: String) async throws {
        defer { try? Self.files.removeItem(at: directory) }
        try await made()
        unsafe lchown(path(part), 65_534, 65_534)
        let error = #expect(throws: ConfigurationError.self) { try home.load(nil) }
        #expect(
            error?.description.hasPrefix("\(path(part)) belongs to another user (65534)") == true,
            "\(String(describing: error))")
    }

    @Test(arguments: [0o755, 0o1777])
    func `a folder that is no home yet is left to those who may look into it`(mode: Int) async throws {
        defer { try? Self.files.removeItem(at: directory) }
        try Self.files.createDirectory(at: directory, withIntermediateDirectories: true)
        unsafe chmod(directory.path, mode_t(mode))
        #expect(throws: ConfigurationError.noProfile("default")) { try home.load(nil) }
        #expect(try home.names.isEmpty && self.mode("") == mode)
        // What lies where others may add to it is looked at all the same.
        try await made()
        #expect(try self.mode("") == (mode == 0o755 ? 0o700 : 0o1777) && self.mode("profiles") == 0o700)
        #expect(try home.load(nil).api == address)
    }

    @Test func `a folder in which everybody can put another in its place is no place for a home`() async throws {
        defer { try? Self.files.removeItem(at: directory) }
        try await made()
        let inside = Home(option: path("profiles/open/a/home"), environment: [:])
        try Self.files.createDirectory(atPath: path("profiles/open"), withIntermediateDirectories: true)
        unsafe chmod(path("profiles/open"), 0o777)
        await #expect(throws: ConfigurationError.self) {
            try await inside.add("x", api: address, auth: address, nats: nil)
        }
        #expect(try Self.files.contentsOfDirectory(atPath: path("profiles/open")).isEmpty)
        unsafe chmod(path("profiles/open"), 0o1777)
        _ = try await inside.add("x", api: address, auth: address, nats: nil)
        #expect(try inside.names == ["x"])
    }
}
