import FexValues
import NATSClient
import WalletCore

extension EventTransportError {
    /// What a failure to publish is to whoever asked for it.
    init(_ error: NATSError) {
        let code: Code =
            switch error.code {
            case .notConnected, .closed, .unreachable: .notConnected
            case .permissionDenied: .notAllowed
            default: .failed
            }
        self.init(code, detail: PlainText.clean(error.detail, limit: 200))
    }
}
