import FexValues
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import ServiceLifecycle
import Synchronization

extension Response {
    /// The answer of a call that a fault made up, where the call itself was not carried out.
    static func madeUp(by rule: FaultRule) -> Response? {
        switch rule.action {
        case .status:
            let status = HTTPResponse.Status(code: rule.status)
            return Response(PlatformError(status: status, message: "a fault was asked for").body, status: status)
        case .redirect:
            return Response(
                status: .temporaryRedirect, headers: [.location: "http://redirected.invalid/elsewhere"])
        default:
            return nil
        }
    }

    /// The answer with its body spoilt as a rule says; the call was carried out.
    func spoilt(by rule: FaultRule) async throws -> Response {
        let whole = try await collectedBody()
        var headers = headers
        headers[.contentLength] = nil
        switch rule.action {
        case .garbage:
            let noise = (0..<256).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
            return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: noise)))
        case .huge:
            let piece = ByteBuffer(repeating: UInt8(ascii: " "), count: 1 << 20)
            let body = ResponseBody { writer in
                for _ in 0..<64 { try await writer.write(piece) }
                try await writer.finish(nil)
            }
            return Response(status: status, headers: headers, body: body)
        case .truncate:
            let body = ResponseBody(contentLength: whole.readableBytes) { writer in
                try await writer.write(ByteBuffer(whole.readableBytesView.prefix(whole.readableBytes / 2)))
                throw DroppedConnection()
            }
            return Response(status: status, headers: headers, body: body)
        case .slowBody:
            let size = max(1, (whole.readableBytes + 9) / 10)
            let pause = Duration.milliseconds(rule.delayMilliseconds / 10)
            let body = ResponseBody(contentLength: whole.readableBytes) { writer in
                var rest = whole
                while let part = rest.readSlice(length: min(size, rest.readableBytes)), part.readableBytes > 0 {
                    try await FaultPause.wait(pause)
                    try await writer.write(part)
                }
                try await writer.finish(nil)
            }
            return Response(status: status, headers: headers, body: body)
        default:
            return self
        }
    }

    private func collectedBody() async throws -> ByteBuffer {
        let collector = BodyCollector()
        try await body.write(collector)
        return collector.bytes.withLock { $0 }
    }
}

/// Keeps what is written.
private final class BodyCollector: ResponseBodyWriter, Sendable {
    let bytes = Mutex(ByteBuffer())

    func write(_ buffer: ByteBuffer) async throws {
        _ = bytes.withLock { $0.writeImmutableBuffer(buffer) }
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// The time a fault makes a call take.
enum FaultPause {
    /// Waits, but no longer than until the sandbox is told to stop, so that a graceful shutdown is not held up.
    static func wait(_ duration: Duration) async throws {
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: duration) }
        try Task.checkCancellation()
    }
}
