import CNATS
import FexValues

/// The C form of ``NATSOptions``, for as long as connecting takes.
@safe struct ConnectionSettings: ~Copyable {
    private let pointer: OpaquePointer

    /// Settings as libnats has them by default.
    private init() throws(NATSError) {
        NATSLibrary.open
        var created: OpaquePointer?
        let status = unsafe natsOptions_Create(&created)
        guard status == NATS_OK, let created = unsafe created else { throw NATSError(status) }
        unsafe pointer = created
    }

    /// Settings whose callbacks are passed the token.
    static func make(_ options: NATSOptions, token: CallbackToken) throws(NATSError) -> ConnectionSettings {
        let address = try NATSServerAddress(options.url)
        let settings = try ConnectionSettings()
        try settings.setServer(address, authorities: options.authorities)
        try settings.setCredentials(of: options, address)
        try settings.setPauses(of: options)
        try unsafe settings.setCallbacks(
            closure: token.closure, retriesFirstConnect: options.retriesFirstConnect)
        return settings
    }

    deinit {
        unsafe natsOptions_Destroy(pointer)
    }

    /// Makes sure that a text is certificates of authorities, in PEM.
    static func check(authorities: String) throws(NATSError) {
        let settings = try ConnectionSettings()
        try unsafe NATSError.check(natsOptions_SetCATrustedCertificates(settings.pointer, authorities))
    }

    /// Connects. Blocks until that succeeded, failed, or is left to be repeated.
    func connect() throws(NATSError) -> (handle: ConnectionHandle, state: NATSState) {
        var connection: OpaquePointer?
        let status = unsafe natsConnection_Connect(&connection, pointer)
        guard status == NATS_OK || status == NATS_NOT_YET_CONNECTED, let connection = unsafe connection else {
            throw NATSError(status)
        }
        return unsafe (
            ConnectionHandle(owning: connection),
            status == NATS_OK ? .connected : .disconnected(reason: "the first attempt to connect failed")
        )
    }

    private func setServer(_ address: NATSServerAddress, authorities: String?) throws(NATSError) {
        try unsafe NATSError.check(natsOptions_SetURL(pointer, address.url))
        // Credentials go to the host they are meant for, and to no other that a server may name.
        try unsafe NATSError.check(natsOptions_SetIgnoreDiscoveredServers(pointer, true))
        // Ciphers that TLS 1.1 has not: libnats sets no lowest version itself, depending on how it was built.
        try unsafe NATSError.check(natsOptions_SetCiphers(pointer, "TLSv1.2:!aNULL:!eNULL"))
        if address.isSecure {
            try unsafe NATSError.check(natsOptions_SetSecure(pointer, true))
        }
        if let authorities {
            try unsafe NATSError.check(natsOptions_LoadCATrustedCertificates(pointer, authorities))
        }
    }

    private func setCredentials(of options: NATSOptions, _ address: NATSServerAddress) throws(NATSError) {
        if let user = options.user {
            try unsafe NATSError.check(natsOptions_SetUserInfo(pointer, user, options.password?.value ?? ""))
        } else if let token = options.token {
            try unsafe NATSError.check(natsOptions_SetToken(pointer, token.value))
        } else if let user = address.user, let password = address.password {
            try unsafe NATSError.check(natsOptions_SetUserInfo(pointer, user.value, password.value))
        } else if let token = address.user {
            try unsafe NATSError.check(natsOptions_SetToken(pointer, token.value))
        }
        if let name = options.name {
            try unsafe NATSError.check(natsOptions_SetName(pointer, name))
        }
    }

    private func setPauses(of options: NATSOptions) throws(NATSError) {
        let wait = max(options.reconnectWait.clampedMilliseconds, 1)
        let jitter = options.reconnectJitter.clampedMilliseconds
        try unsafe NATSError.check(natsOptions_SetTimeout(pointer, max(options.connectTimeout.clampedMilliseconds, 1)))
        try unsafe NATSError.check(natsOptions_SetAllowReconnect(pointer, options.reconnects))
        try unsafe NATSError.check(natsOptions_SetMaxReconnect(pointer, -1))
        try unsafe NATSError.check(natsOptions_SetReconnectWait(pointer, wait))
        try unsafe NATSError.check(natsOptions_SetReconnectJitter(pointer, jitter, jitter))
        try unsafe NATSError.check(
            natsOptions_SetPingInterval(pointer, max(options.pingInterval.clampedMilliseconds, 1)))
        try unsafe NATSError.check(natsOptions_SetMaxPingsOut(pointer, 2))
        // One thread for all subscriptions, rather than one each: what it does is to fill a buffer.
        try unsafe NATSError.check(natsOptions_UseGlobalMessageDelivery(pointer, true))
    }

    private func setCallbacks(closure: UnsafeMutableRawPointer?, retriesFirstConnect: Bool) throws(NATSError) {
        try unsafe NATSError.check(natsOptions_SetDisconnectedCB(pointer, onDisconnected, closure))
        try unsafe NATSError.check(natsOptions_SetReconnectedCB(pointer, onConnected, closure))
        try unsafe NATSError.check(natsOptions_SetClosedCB(pointer, onClosed, closure))
        try unsafe NATSError.check(natsOptions_SetErrorHandler(pointer, onError, closure))
        if retriesFirstConnect {
            try unsafe NATSError.check(natsOptions_SetRetryOnFailedConnect(pointer, true, onConnected, closure))
        }
    }
}

extension Duration {
    /// Milliseconds, rounded down; at most some 24 days, and not less than none.
    var clampedMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0 else { return 0 }
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
