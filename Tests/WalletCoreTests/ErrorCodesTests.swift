import FexHTTP
import FexValues
import Foundation
import PaymentCodes
import Testing

@testable import WalletCore

/// What shells in other languages go by: the codes of errors, and the page that lists them.
@Suite struct ErrorCodesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    private static let modules = [
        "FexValues", "FexHTTP", "PaymentCodes", "WalletCore", "WalletPassphrase", "WalletSecretService", "WalletCurl",
        "WalletNATS", "NATSClient", "DurableFiles", "SQLiteSalvage",
    ]

    /// The sources of the library in which an error type is.
    private static let sources: [String] = modules.flatMap { module -> [String] in
        let folder = root.appending(path: "Sources/\(module)")
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
        return paths.filter { $0.hasSuffix(".swift") }
            .compactMap { try? String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
            .filter { $0.contains(/(struct|enum) \w+: WalletError/) }
    }

    /// The codes that stand in a source: literals in what gives a code, and names of reasons where it gives those.
    private static func codes(in source: String) -> Set<String> {
        var codes: Set<String> = []
        for start in source.matches(of: /(var code: String|func code\()/) {
            let rest = source[start.range.lowerBound...]
            let line = rest.prefix { $0 != "\n" }
            let body =
                line.hasSuffix("}")
                ? line : rest.prefix(upTo: rest.firstRange(of: "\n    }")?.lowerBound ?? rest.endIndex)
            codes.formUnion(body.matches(of: /"([a-z0-9_]+)"/).map { String($0.1) })
            guard body.contains("reason.rawValue") else { continue }
            codes.formUnion(source.matches(of: /Reason\(rawValue: "([a-z0-9_]+)"\)/).map { String($0.1) })
            codes.formUnion(source.matches(of: /case \w+ = "([a-z0-9_]+)"/).map { String($0.1) })
        }
        return codes
    }

    /// The rows of the page's tables, by code.
    private static func rows(of heading: String) throws -> [String: [String]] {
        let page = try String(contentsOf: root.appending(path: "Documentation/error-codes.md"), encoding: .utf8)
        let part = page.components(separatedBy: "\n## ").first { $0.hasPrefix(heading) } ?? ""
        let rows = part.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
            row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        return Dictionary(rows.map { ($0[0].filter { $0 != "`" }, $0) }) { first, _ in first }
    }

    @Test func `the page for translators lists every code of an error, and no other`() throws {
        let found = Self.sources.reduce(into: Set<String>()) { $0.formUnion(Self.codes(in: $1)) }
        let listed = Set(try Self.rows(of: "Errors").keys)
        #expect(found.count > 50)
        #expect(found.subtracting(listed) == [], "they are not in Documentation/error-codes.md")
        #expect(listed.subtracting(found) == [], "no error has them")
    }

    @Test func `the page for translators lists every refusal, and no other`() throws {
        #expect(Set(try Self.rows(of: "Refusals").keys) == Set(RefusalCode.final.map(\.rawValue)))
    }

    @Test(arguments: WalletErrorTests.samples.map(\.0) + otherErrors)
    func `the page says what an error advises`(error: any WalletError) throws {
        let row = try #require(try Self.rows(of: "Errors")[error.code], "\(error.code)")
        #expect(row[1].contains("`\(type(of: error))`") || error is SyncError, "\(error.code)")
        #expect(row[3].contains(error.retry.rawValue) && row[4].contains(error.money.rawValue), "\(error.code)")
    }

    // MARK: What screens show

    private static let otherErrors: [any WalletError] = {
        let away = PlatformError(
            .transport(HTTPTransportError(.unreachable, mayHaveBeenSent: false, detail: "refused")))
        var errors: [any WalletError] = [
            OpeningError.closed, OpeningError.alreadyOpen("/wallet"), InsecureAddress("http://example.com"),
            ProofError.noDecision, DeviceSignerError(.declined, detail: "no"),
            MalformedDocument(field: "id", problem: "is missing"), StorageError(.exposed, "others can write it"),
        ]
        if let dollar = try? Currency("USD") {
            errors.append(
                SyncError(
                    failures: [.init(step: .account, error: away)], report: SyncReport(balance: .zero(dollar))))
        }
        do { _ = try HTTPAddress(URL(string: "ftp://example.com")!) } catch let error as HTTPAddressError {
            errors.append(error)
        } catch {}
        do { _ = try JSON(parsing: "{") } catch let error as JSONSyntaxError { errors.append(error) } catch {}
        return errors
    }()

    @Test(arguments: WalletErrorTests.samples.map(\.0) + otherErrors)
    func `an error's sentence is what the system shows of it, with what to do now`(error: any WalletError) throws {
        #expect((error as any Error).localizedDescription == error.description)
        let suggestion = try #require(error.recoverySuggestion)
        #expect(suggestion.lowercased().contains("money"))
        if error.money == .unknown { #expect(suggestion.contains("not known yet")) }
        if error.money == .notMoved, error.retry != .sameKey { #expect(suggestion.contains("No money has moved")) }
    }

    @Test func `every type of error is tried here`() {
        let tried = Set((WalletErrorTests.samples.map(\.0) + Self.otherErrors).map { "\(type(of: $0))" })
        let types = Self.sources.flatMap { $0.matches(of: /(?:struct|enum) (\w+): WalletError/).map { String($0.1) } }
        // A shell that doesn't link its module has none of them.
        #expect(Set(types).subtracting(tried) == ["VaultError"])
    }

    @Test func `who has to log in is told so`() {
        #expect(SessionError.ended.recoverySuggestion == "No money has moved. Log in, and try again.")
        #expect(DecisionError.notCancellable(.unknown).recoverySuggestion?.contains("Sync before") == true)
    }
}
