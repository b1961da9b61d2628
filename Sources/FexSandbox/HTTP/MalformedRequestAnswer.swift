import FexValues
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Gives the published body to the answer that the HTTP server itself makes: to what is no HTTP, or too many headers.
///
/// Such a request reaches no route. The server answers it with an empty 400 and closes the connection; no other answer
/// of the sandbox is an empty 400.
final class MalformedRequestAnswer: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let clock: SandboxClock

    init(clock: SandboxClock) { self.clock = clock }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data), head.status == .badRequest,
            head.headerFields[.contentLength] == "0"
        else {
            context.write(data, promise: promise)
            return
        }
        let body = PlatformError.badRequest("the request can't be read as HTTP, or its header is too large").body.data
        head.headerFields[.contentType] = "application/json"
        head.headerFields[.contentLength] = String(body.count)
        head.headerFields[.date] = clock.now.httpDate
        context.write(wrapOutboundOut(.head(head)), promise: promise)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: body))), promise: nil)
    }
}
