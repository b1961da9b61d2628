import Foundation
import QRCode
import WalletCurl
import WalletMessages
import WalletNATS

extension MessageAdapters {
    /// The network by libcurl and libnats, pictures by libqrencode.
    static let system = MessageAdapters(
        http: { authorities in CurlTransport(certificateAuthorities: authorities?.path) },
        events: { server, authorities, credentials in
            NATSEventTransport(
                url: server, name: "fexwallet", authorities: authorities?.path, credentials: credentials)
        },
        drawCode: { text in try QRCode(text: text).svg() })
}
