import FexHTTP
import FexValues
import Foundation
import GRDB
import WalletCore
import WalletTesting

extension FuzzTarget {
    /// A wallet's database with bytes changed: four bytes of input are a place in the file and what stands there now; a place
    /// beyond the file cuts it there. It is opened, read and repaired as a customer would: in the end it is in order.
    static let databases = FuzzTarget(
        name: "databases", maximumLength: 96,
        seeds: {
            [
                [], [0, 0, 18, 9], [0, 0, 28, 200, 0, 64, 0, 7], [0xFF, 0, 128, 0], [0, 16, 0, 255, 0, 32, 0, 2],
                // Eight changes: libFuzzer begins with inputs as long as the longest seed.
                Array((0..<8).map { [UInt8(0), 16 * $0, 7 * $0, 255 - $0] }.joined()),
            ]
        },
        run: { bytes in waitFor { await open(changed(by: bytes)) } })

    private static let sample = waitFor { await SmallWallet() }
    /// How often a wallet is started until it has to be in order.
    private static let mostStarts = 4

    private static func changed(by bytes: [UInt8]) -> Data {
        var file = sample.file
        for start in stride(from: 0, through: bytes.count - 4, by: 4) {
            let place = Int(bytes[start] & 0x7F) << 16 | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2])
            if bytes[start] & 0x80 != 0 { file = file.prefix(place % (file.count + 1)) }
            if !file.isEmpty { file[place % file.count] = bytes[start + 3] }
        }
        return file
    }

    private static func open(_ file: Data) async {
        sample.clear()
        do { try file.write(to: sample.database) } catch { return hold(false, "\(error)") }
        for start in 1...mostStarts {
            do {
                try await look()
                return
            } catch let error as StorageError {
                hold(PlainText.isClean(error.description), "what is wrong can't be shown")
                hold(start < mostStarts, "not in order after \(start) starts: \(error)")
            } catch {
                hold(false, "\(error)")
            }
        }
    }

    private static func look() async throws {
        let configuration = sample.configuration
        try await WalletReader.read(database: configuration.database, secrets: configuration.secrets) { reader in
            _ = try await reader.ledger.loadAccount()
            _ = try await reader.loadOutbox()
            _ = try await reader.loadApprovals()
            let history = try await reader.ledger.loadHistory(HistoryQuery(limit: 100))
            for entry in history.entries { _ = try await reader.ledger.loadRecord(of: entry.id)?.timeline }
            for try await piece in reader.ledger.export(as: .csv) { _ = piece.bytes.count }
        }
        let wallet = try await Wallet(configuration)
        _ = try await wallet.decisions.loadOutbox()
        _ = try await wallet.approvals.load()
    }
}

/// A wallet that has paid, declined and is asked, as small as can be.
private struct SmallWallet {
    let folder: URL
    let platform: ModelPlatform
    /// The database, with nothing left in a log.
    let file: Data

    var database: URL { folder.appending(path: "changed/wallet.sqlite") }

    var configuration: WalletConfiguration { Self.configuration(database, platform, folder) }

    init() async {
        let root = URL(filePath: FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : "/tmp")
        folder = root.appending(path: "wallet-fuzz-\(ProcessInfo.processInfo.processIdentifier)")
        platform = ModelPlatform(clock: DrivenClock(Timestamp("2026-01-01T12:00:00Z")!)) { _ in .served }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let database = folder.appending(path: "sample.sqlite")
            try await Self.live(Self.configuration(database, platform, folder), platform)
            let queue = try DatabaseQueue(path: database.path)
            try await queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
            file = try Data(contentsOf: database)
        } catch {
            fatalError("the sample: \(error)")
        }
    }

    /// Removes what the last run has left.
    func clear() {
        try? FileManager.default.removeItem(at: database.deletingLastPathComponent())
        try? FileManager.default.createDirectory(
            at: database.deletingLastPathComponent(), withIntermediateDirectories: true)
    }

    private static func live(_ configuration: WalletConfiguration, _ platform: ModelPlatform) async throws {
        let wallet = try await Wallet(configuration)
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "fuzz")
        let paid = platform.addIntent("pi_paid", target: nil, lifetime: .seconds(1 << 24))
        _ = try await wallet.decisions.decide(.pay, on: try await wallet.intents.fetch(paid).terms)
        let declined = platform.addIntent("pi_declined", target: ModelPlatform.wallet, lifetime: .seconds(1 << 24))
        platform.addIntent("pi_open", target: ModelPlatform.wallet, lifetime: .seconds(1 << 24))
        try await wallet.sync.once()
        _ = try await wallet.decisions.decide(.decline, on: try await wallet.intents.fetch(declined).terms)
    }

    private static func configuration(_ database: URL, _ platform: ModelPlatform, _ folder: URL) -> WalletConfiguration
    {
        WalletConfiguration(
            endpoints: PlatformEndpoints(
                api: HTTPAddress("https://platform.test")!, auth: HTTPAddress("https://platform.test/auth")!),
            database: database, secrets: FileSecretStore(directory: folder.appending(path: "secrets")), http: platform)
    }
}
