import FexValues
import Foundation
import WalletCore
import WalletCurl
import WalletNATSOverWebSocket
import WebSocketsOverNIO

/// What `wallet-cli approvals watch --json` does, with events over WebSocket: each request is a line on standard output, and how
/// it listens one on standard error.
struct WatchCommand {
    let wallet: Wallet

    /// `watch PROFILE-DIRECTORY API AUTH EVENTS`, of a wallet that `wallet-cli` has logged in.
    init(_ arguments: [String]) async throws {
        guard arguments.count == 4, let api = URL(string: arguments[1]), let auth = URL(string: arguments[2]) else {
            fatalError("usage: wallet-driver watch PROFILE-DIRECTORY API AUTH EVENTS")
        }
        let profile = URL(filePath: arguments[0], directoryHint: .isDirectory)
        wallet = try await Wallet(
            WalletConfiguration(
                endpoints: try PlatformEndpoints(api: api, auth: auth),
                database: profile.appending(path: "wallet.sqlite"),
                secrets: FileSecretStore(directory: profile.appending(path: "secrets")), http: CurlTransport(),
                events: NATSOverWebSocketEventTransport(url: arguments[3], connector: NIOWebSocketConnector())))
    }

    /// Runs until something fails, or it is killed.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await wallet.sync.run() }
            group.addTask {
                for await listening in wallet.sync.watchListening() where listening != .no {
                    let how = listening == .stream ? "by the event stream" : "by asking"
                    FileHandle.standardError.write(Data("listening \(how)\n".utf8))
                }
            }
            group.addTask {
                for try await news in wallet.approvals.watchNews() {
                    for request in news {
                        let line: JSON = [
                            "intent": .string(request.intent.id.rawValue), "state": .string(request.state.rawValue),
                        ]
                        print(line.text)
                    }
                    fflush(nil)
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }
}
