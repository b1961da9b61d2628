import DurableFiles
import FexValues
import Foundation

/// The document that a sandbox writes when it is ready: its addresses, and what its wallets log in with.
struct SandboxDocument {
    private let path: String
    private let document: Redacted<JSON>

    init(path: String) throws(CommandFailure) {
        self.path = path
        let data: Data?
        do { data = try FileAccess.contents(path) } catch { throw Self.unusable(path, "can't be read: \(error)") }
        guard let data else { throw Self.unusable(path, "is not there") }
        guard let document = try? JSON(parsing: data) else { throw Self.unusable(path, "is no JSON") }
        self.document = Redacted(document)
    }

    /// Its addresses; that of events with the user and password of a wallet, where it has them.
    ///
    /// - Parameter wallet: Which wallet, by its user's name or its id; `nil` is the first.
    func addresses(wallet: String?) throws -> (api: URL, auth: URL, nats: Redacted<URL>?) {
        let wallets = document.value["wallets"]?.arrayValue ?? []
        let chosen = wallets.first { found in
            wallet == nil || [found["username"], found["wallet_id"]].contains { $0?.stringValue == wallet }
        }
        if let wallet, chosen == nil {
            throw CommandFailure(
                .usage, "no_such_wallet", "--wallet: the sandbox has no \(PlainText.clean(wallet, limit: 80))")
        }
        return (
            try address("api", ["http", "https"]), try address("auth", ["http", "https"]),
            document.value["nats"]?.stringValue == nil
                ? nil : Redacted(try address("nats", ["nats", "tls"], userOf: chosen))
        )
    }

    private func address(_ key: String, _ schemes: [String], userOf wallet: JSON? = nil) throws -> URL {
        guard let text = document.value[key]?.stringValue,
            let address = try? Profile.address(text, option: key, schemes: schemes),
            var parts = URLComponents(url: address, resolvingAgainstBaseURL: false)
        else { throw Self.unusable(path, "has no address `\(key)`: it is no sandbox's ready document") }
        if let user = wallet?["nats_user"]?.stringValue, let password = wallet?["nats_password"]?.stringValue {
            parts.user = user
            parts.password = password
        }
        return parts.url ?? address
    }

    private static func unusable(_ path: String, _ why: String) -> CommandFailure {
        CommandFailure(.badData, "bad_sandbox_document", "--sandbox: \(PlainText.clean(path, limit: 1024)) \(why)")
    }
}
