import Foundation
import Synchronization

/// The server's side of HTTP/2 (RFC 9113), as little of it as an answer needs: every request gets 200 and `ok`.
final class HTTP2Peer: Sendable {
    private struct State {
        var read = 0
        var hasGreeted = false
        var requests = 0
        var unanswered: [UInt32] = []
    }

    private static let preface = Data("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    private let milestones: Set<Int>
    private let state = Mutex(State())

    /// A peer that answers whenever one of these numbers of requests has come, and then all that wait.
    init(answeringAfter milestones: Set<Int>) {
        self.milestones = milestones
    }

    /// How many requests came.
    var streams: Int { state.withLock { $0.requests } }

    /// What to answer to what the server printed so far; what the client sent begins with the preface.
    @Sendable func answer(to printed: Data) -> [UInt8] {
        guard let preface = printed.range(of: HTTP2Peer.preface) else { return [] }
        let frames = [UInt8](printed[preface.upperBound...])
        return state.withLock { answer(to: frames, &$0) }
    }

    private func answer(to bytes: [UInt8], _ state: inout State) -> [UInt8] {
        var answer: [UInt8] = []
        if !state.hasGreeted {
            state.hasGreeted = true
            answer += HTTP2Peer.frame(type: 4)
        }
        while bytes.count >= state.read + 9 {
            let head = bytes[state.read..<state.read + 9].map { UInt32($0) }
            let length = Int(head[0] << 16 | head[1] << 8 | head[2])
            guard bytes.count >= state.read + 9 + length else { break }
            state.read += 9 + length
            switch (head[3], head[4] & 1) {
            case (1, _):
                state.requests += 1
                state.unanswered.append(head[5] << 24 | head[6] << 16 | head[7] << 8 | head[8])
                if milestones.contains(state.requests) {
                    answer += state.unanswered.flatMap(HTTP2Peer.okay)
                    state.unanswered = []
                }
            case (4, 0):
                answer += HTTP2Peer.frame(type: 4, flags: 1)
            default:
                break
            }
        }
        return answer
    }

    private static func okay(_ stream: UInt32) -> [UInt8] {
        // 0x88 is `:status: 200` in HPACK's static table.
        frame(type: 1, flags: 4, stream: stream, [0x88]) + frame(type: 0, flags: 1, stream: stream, Array("ok".utf8))
    }

    private static func frame(type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []) -> [UInt8] {
        [0, 0, UInt8(payload.count), type, flags]
            + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: stream >> $0) } + payload
    }
}
