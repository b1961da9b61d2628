import CNATS
import Foundation

// What libnats calls, on threads of its own. These find the target of the closure pointer, and pass on what they were
// given: they decide nothing.

/// The connection was lost; libnats goes on trying, or closes.
let onDisconnected: natsConnectionHandler = { _, closure in
    unsafe ConnectionEvents.table.target(of: closure)?.change(to: .disconnected(reason: "the connection was lost"))
}

/// The connection stands: again, or for the first time after a first attempt that failed.
let onConnected: natsConnectionHandler = { _, closure in
    unsafe ConnectionEvents.table.target(of: closure)?.change(to: .connected)
}

/// The connection is over.
let onClosed: natsConnectionHandler = { connection, closure in
    unsafe ConnectionEvents.table.target(of: closure)?.close(reason: closingReason(of: connection))
}

/// The server refused something, or messages were dropped.
let onError: natsErrHandler = { _, _, status, closure in
    unsafe ConnectionEvents.table.target(of: closure)?.report(NATSError(status))
}

/// A message came. It is ours to destroy.
let onMessage: natsMsgHandler = { _, _, message, closure in
    defer { unsafe natsMsg_Destroy(message) }
    guard let deliver = unsafe SubscriptionHandle.table.target(of: closure) else { return }
    guard let subject = unsafe natsMsg_GetSubject(message) else { return }
    let length = unsafe Int(natsMsg_GetDataLength(message))
    let payload = unsafe natsMsg_GetData(message).map { unsafe Data(bytes: $0, count: length) } ?? Data()
    unsafe deliver(NATSMessage(subject: String(cString: subject), payload: payload))
}

/// Why libnats closed a connection; `nil` when it was told to.
///
/// The text is an array within the connection, which is kept for the length of a callback. After the
/// close only a second error of the server could overwrite it, and garble the text.
private func closingReason(of connection: OpaquePointer?) -> NATSError? {
    var text: UnsafePointer<CChar>?
    let status = unsafe natsConnection_GetLastError(connection, &text)
    guard status != NATS_OK, let text = unsafe text else { return nil }
    return unsafe NATSError(NATSError.Code(status), detail: String(cString: text))
}
