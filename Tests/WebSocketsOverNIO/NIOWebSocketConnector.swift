package import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
package import WalletNATSOverWebSocket

/// WebSocket connections by SwiftNIO: what takes the place of `URLSession` on this system.
package struct NIOWebSocketConnector: WebSocketConnector {
    package init() {}

    package func connect(to url: URL) async throws(WebSocketError) -> any WebSocketConnection {
        let (host, port) = (url.host() ?? "", url.port ?? 80)
        do {
            let upgrade = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(5))
                .connect(host: host, port: port) { channel in
                    channel.eventLoop.makeCompletedFuture { try Self.upgrade(channel, to: url, "\(host):\(port)") }
                }
            guard let connection = try await upgrade.get() else {
                throw WebSocketError(.refused, detail: "what answered does not speak WebSocket there")
            }
            return connection
        } catch let error as WebSocketError {
            throw error
        } catch {
            throw WebSocketError(.unreachable, detail: "no server answered: \(error)")
        }
    }

    private static func upgrade(
        _ channel: any Channel, to url: URL, _ host: String
    ) throws -> EventLoopFuture<NIOWebSocketConnection?> {
        let upgrader = NIOTypedWebSocketClientUpgrader<NIOWebSocketConnection?>(maxFrameSize: 16 << 20) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                let connection = NIOWebSocketConnection(channel)
                try channel.pipeline.syncOperations.addHandler(WebSocketReader(connection.received))
                return connection
            }
        }
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: url.path.isEmpty ? "/" : url.path, headers: ["Host": host])
        var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                upgradeRequestHead: head, upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in channel.close().map { nil as NIOWebSocketConnection? } }))
        // An event server speaks first, often in the packet in which it agrees to speak WebSocket.
        configuration.leftOverBytesStrategy = .forwardBytes
        return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: configuration)
    }
}

/// A WebSocket connection over a channel of SwiftNIO's.
private final class NIOWebSocketConnection: WebSocketConnection {
    let received = ReceivedBytes()
    private let channel: any Channel

    init(_ channel: any Channel) { self.channel = channel }

    func send(_ bytes: Data) async throws(WebSocketError) {
        let frame = WebSocketFrame(
            fin: true, opcode: .binary, maskKey: .random(), data: ByteBuffer(bytes: bytes))
        do {
            try await channel.writeAndFlush(frame)
        } catch {
            throw WebSocketError(.lost, detail: "the connection is gone")
        }
    }

    func receive() async throws(WebSocketError) -> Data { try await received.next() }

    func close() { channel.close(promise: nil) }
}

/// Hands over what frames hold, and answers those of the WebSocket protocol's own.
private final class WebSocketReader: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let received: ReceivedBytes

    init(_ received: ReceivedBytes) { self.received = received }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        var content = frame.unmaskedData
        switch frame.opcode {
        case .binary, .text, .continuation:
            received.put(Data(content.readableBytesView))
        case .ping:
            let pong = WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: content)
            context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
        case .connectionClose:
            let code = content.readInteger(as: UInt16.self).map(Int.init)
            received.end(
                WebSocketError(
                    .closed, closeCode: code, detail: String(decoding: content.readableBytesView, as: UTF8.self))
            )
            context.close(promise: nil)
        default:
            break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        received.end(WebSocketError(.lost, detail: "the connection was lost"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        received.end(WebSocketError(.lost, detail: "the connection was lost"))
        context.close(promise: nil)
    }
}
