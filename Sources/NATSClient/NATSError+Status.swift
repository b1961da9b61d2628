import CNATS

extension NATSError {
    /// An error for a status, with the text that libnats left on this thread for it.
    ///
    /// To be made on the thread of the failed call, before any other call of libnats there.
    init(_ status: natsStatus) {
        var last = NATS_OK
        let text = unsafe nats_GetLastError(&last)
        let detail =
            if last == status, let text = unsafe text, unsafe text.pointee != 0 {
                unsafe String(cString: text)
            } else {
                Self.text(of: status)
            }
        let denial = status == NATS_NOT_PERMITTED ? NATSDenial(serverText: detail) : nil
        self.init(Code(status), detail: detail, denial: denial)
    }

    /// The library's own words for a status.
    static func text(of status: natsStatus) -> String {
        guard let text = unsafe natsStatus_GetText(status) else { return "status \(status.rawValue)" }
        return unsafe String(cString: text)
    }

    /// Throws unless the status is `NATS_OK`.
    static func check(_ status: natsStatus) throws(NATSError) {
        guard status == NATS_OK else { throw NATSError(status) }
    }
}

extension NATSError.Code {
    /// The kind of failure that a status stands for.
    init(_ status: natsStatus) {
        self =
            switch status {
            case NATS_ADDRESS_MISSING: .invalidURL
            case NATS_INVALID_SUBJECT: .invalidSubject
            case NATS_NO_SERVER, NATS_IO_ERROR: .unreachable
            case NATS_CONNECTION_AUTH_FAILED: .authenticationFailed
            case NATS_NOT_PERMITTED: .permissionDenied
            case NATS_CONNECTION_DISCONNECTED, NATS_NOT_YET_CONNECTED, NATS_INSUFFICIENT_BUFFER,
                NATS_STALE_CONNECTION:
                .notConnected
            case NATS_CONNECTION_CLOSED, NATS_INVALID_SUBSCRIPTION, NATS_DRAINING: .closed
            case NATS_TIMEOUT: .timeout
            case NATS_MAX_PAYLOAD: .payloadTooLarge
            case NATS_SLOW_CONSUMER: .slowConsumer
            case NATS_SSL_ERROR, NATS_SECURE_CONNECTION_WANTED, NATS_SECURE_CONNECTION_REQUIRED: .insecure
            default: .other
            }
    }
}
