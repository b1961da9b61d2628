public import FexHTTP
public import Foundation

/// A deployment of the platform, and the ways to it: what a wallet needs besides its folder.
public struct WalletDeployment: Sendable {
    private let endpoints: @Sendable () throws(HTTPAddressError) -> PlatformEndpoints
    private let events: (any EventTransport)?
    private let http: (any HTTPTransport)?

    /// A deployment with the paths and subjects that the platform publishes.
    ///
    /// - Parameters:
    ///   - api: Where its API is; `https`, but for one on this machine.
    ///   - auth: Where its identity provider is; likewise.
    ///   - events: Carries events; without one the wallet asks from time to time. One that logs in at its server has its
    ///     credentials of `EventCredentials(in:for:)`, with ``WalletFolder/secrets(clock:)``.
    ///   - http: Carries calls; by default a `URLSessionTransport`, which on Linux is for tests alone: hand in a `CurlTransport`
    ///     there.
    public static func production(
        api: URL, auth: URL, events: (any EventTransport)? = nil, http: (any HTTPTransport)? = nil
    ) -> WalletDeployment {
        WalletDeployment(
            endpoints: { () throws(HTTPAddressError) -> PlatformEndpoints in try PlatformEndpoints(api: api, auth: auth)
            }, events: events,
            http: http)
    }

    /// What a wallet of this deployment is made of, in a folder.
    ///
    /// - Throws: ``/FexHTTP/HTTPAddressError`` where an address is not one of an HTTP server.
    func configuration(in folder: WalletFolder) throws(HTTPAddressError) -> WalletConfiguration {
        var configuration = WalletConfiguration(
            endpoints: try endpoints(), database: folder.database, secrets: folder.secrets(),
            http: http ?? URLSessionTransport(), events: events)
        configuration.folder = folder
        return configuration
    }
}

extension Wallet {
    /// Opens the wallet that lives in a folder, which is made, for its owner alone, if it is not there. Asks nobody: works
    /// offline.
    ///
    /// ```swift
    /// let wallet = try await Wallet.open(.production(api: api, auth: auth), in: folder)
    /// ```
    ///
    /// The database is a file in the folder; secrets are in the keychain on Apple's systems, elsewhere in files beside it. One
    /// wallet at a time has a folder in this process: close it before opening another. Other processes may share it.
    ///
    /// - Parameters:
    ///   - deployment: Where the platform is, and what carries calls and events.
    ///   - folder: The wallet's own folder; one a customer.
    ///   - adjust: Sets what differs from ``WalletConfiguration``'s defaults, such as a log.
    /// - Throws: ``OpeningError/alreadyOpen(_:)``; ``/FexHTTP/HTTPAddressError``, ``InsecureAddress``: then nothing was made;
    ///   ``StorageError`` where the folder is not this user's alone, or as ``init(_:)``.
    @concurrent
    public static func open(
        _ deployment: WalletDeployment, in folder: URL,
        adjust: @Sendable (inout WalletConfiguration) -> Void = { _ in }
    ) async throws -> Wallet {
        let own = WalletFolder(folder)
        var configuration = try deployment.configuration(in: own)
        adjust(&configuration)
        try configuration.checkWays()
        try own.prepare()
        configuration.claim = try FolderClaim(own)
        return try await Wallet(configuration)
    }
}
