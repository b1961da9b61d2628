import NIOCore
import NIOHTTPTypes

/// How long a client may take to send the parts of a request.
struct SenderDeadlines: Hashable, Sendable {
    /// From the first byte of a header to its end.
    var header = Duration.seconds(10)
    /// From the end of the header to the end of the body.
    var body = Duration.seconds(30)
}

/// Closes a connection whose client sends a header or a body too slowly, however steadily it drips.
///
/// Between requests a connection may rest: for how long is the server's `idleTimeout`.
final class SlowSenderCutoff: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart

    /// What is awaited of the client.
    private enum Awaited {
        case request, endOfHeader, endOfBody
    }

    private let deadlines: SenderDeadlines
    private var awaited = Awaited.request
    /// Whether a part of a request came with the bytes that are being read.
    private var hasPart = false
    /// Whether the server waits for bytes: where it doesn't, the client is not to blame.
    private var isReading = false
    private var deadline: Scheduled<Void>?
    /// The time that ran out while the server did not read: it begins anew when it does, since nothing could come.
    private var suspended: Duration?

    init(_ deadlines: SenderDeadlines) { self.deadlines = deadlines }

    func read(context: ChannelHandlerContext) {
        isReading = true
        if let time = suspended { expect(awaited, within: time, context: context) }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasPart = true
        switch unwrapInboundIn(data) {
        case .head: expect(.endOfBody, within: deadlines.body, context: context)
        case .body: break
        case .end: expect(.request, within: nil, context: context)
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        // Bytes came that are not yet a part of anything: a header has begun.
        if !hasPart, awaited == .request { expect(.endOfHeader, within: deadlines.header, context: context) }
        hasPart = false
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    private func expect(_ awaited: Awaited, within time: Duration?, context: ChannelHandlerContext) {
        self.awaited = awaited
        suspended = nil
        deadline?.cancel()
        deadline = time.map { time in
            context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(time)) { [self] in
                guard isReading else {
                    suspended = time
                    return
                }
                context.close(promise: nil)
            }
        }
    }
}
