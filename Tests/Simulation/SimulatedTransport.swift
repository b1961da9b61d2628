import Foundation
import HTTPTypes
import WalletCore

/// The way between a process and the platform, with all that can go wrong on it.
struct SimulatedTransport: HTTPTransport {
    let world: World
    let process: SimulatedProcess

    func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
        let gone = Result<HTTPAnswer, HTTPTransportError>.failure(
            HTTPTransportError(.unreachable, mayHaveBeenSent: false, detail: "gone"))
        let outcome = await process.wait(orElse: gone) { world.carry(call, from: process, $0) }
        return try outcome.get()
    }
}

extension World {
    /// The longest that a call waits for its answer.
    private static let patience: Int64 = 30_000

    /// Carries one call.
    func carry(
        _ call: HTTPCall, from process: SimulatedProcess,
        _ answer: @escaping (Result<HTTPAnswer, HTTPTransportError>) -> Void
    ) {
        var request = SimulatedPlatform.Request(call)
        if mutation == .newKeyPerAttempt, request.key != nil { request.key = network.uuid() }
        let line = request.path.suffix(2).joined(separator: "/")
        guard process.device.offlineUntil <= timeline.now, !isFaulty(4) else {
            note("\(process.name) offline \(line)")
            return deliver(.failure(.init(.unreachable, mayHaveBeenSent: false, detail: "offline")), after: 5, answer)
        }
        if request.key != nil { noteSent(request, by: process) }
        let there = Int64(network.int(1...plan.slowness))
        let back = Int64(network.int(1...plan.slowness))
        // Whatever happens, it has waited long enough then.
        deliver(lost(.timedOut), after: Self.patience, answer)
        guard isFaulty() else { return serve(request, after: there, backAfter: back, answer) }
        fault(request, line, there, back, answer)
    }

    private func fault(
        _ request: SimulatedPlatform.Request, _ line: String, _ there: Int64, _ back: Int64,
        _ answer: @escaping (Result<HTTPAnswer, HTTPTransportError>) -> Void
    ) {
        let kind = network.int(0...9)
        cuts += 1
        note("fault \(kind) \(line)")
        switch kind {
        case 0:  // The connection breaks on the way there.
            deliver(lost(.connectionLost), after: there, answer)
        case 1:  // It breaks on the way back.
            serve(request, after: there, backAfter: nil, answer)
            deliver(lost(.connectionLost), after: there + back, answer)
        case 2:  // It arrives when nobody waits for it any more.
            serve(request, after: Int64(network.int(30_000...120_000)), backAfter: back, answer)
        case 3:  // Silence.
            break
        case 4:  // Out of order before anything was done.
            deliver(status(network.pick([500, 502, 503, 408, 429])), after: there + back, answer)
        case 5:  // Out of order after it was done.
            serve(request, after: there, backAfter: nil, answer)
            deliver(status(network.pick([500, 504])), after: there + back, answer)
        case 6:  // A captive portal.
            let page = HTTPAnswer(HTTPResponse(status: 200), body: Data("<html>log in</html>".utf8))
            deliver(.success(page), after: there, answer)
        case 7:  // A proxy sends it twice.
            serve(request, after: there, backAfter: back, answer)
            serve(request, after: there + Int64(network.int(0...60_000)), backAfter: nil, answer)
        case 8:  // An answer comes late, when newer ones have overtaken it.
            serve(request, after: there, backAfter: Int64(network.int(0...29_000)), answer)
        default:  // It breaks at once, and nobody can tell what left.
            deliver(lost(.connectionLost), after: 1, answer)
        }
    }

    private func serve(
        _ request: SimulatedPlatform.Request, after there: Int64, backAfter back: Int64?,
        _ answer: @escaping (Result<HTTPAnswer, HTTPTransportError>) -> Void
    ) {
        timeline.schedule(after: there, "request") { [self] in
            let served = platform.serve(request, at: timeline.now)
            note("served \(request.path.suffix(2).joined(separator: "/")) \(request.key ?? "") \(served.status)")
            guard let back else { return }
            var headers = HTTPFields()
            if mutation != .localClockTrusted { headers[.date] = SimulatedPlatform.date(at: timeline.now) }
            headers[.eTag] = served.etag
            let response = HTTPResponse(status: .init(code: served.status), headerFields: headers)
            deliver(.success(HTTPAnswer(response, body: Data(served.document.utf8))), after: back, answer)
        }
    }

    /// Brings an answer; the first that comes is the one.
    private func deliver(
        _ fate: Result<HTTPAnswer, HTTPTransportError>, after delay: Int64,
        _ answer: @escaping (Result<HTTPAnswer, HTTPTransportError>) -> Void
    ) {
        timeline.schedule(after: delay, "answer") { answer(fate) }
    }

    private func lost(_ code: HTTPTransportError.Code) -> Result<HTTPAnswer, HTTPTransportError> {
        .failure(.init(code, mayHaveBeenSent: mutation != .timeoutAsFailure, detail: "lost"))
    }

    private func status(_ status: Int) -> Result<HTTPAnswer, HTTPTransportError> {
        var headers = HTTPFields()
        if status == 429 || status == 503, network.chance(50) { headers[.retryAfter] = "\(network.int(1...40))" }
        return .success(
            HTTPAnswer(
                HTTPResponse(status: .init(code: status), headerFields: headers),
                body: Data(#"{"success":false,"error":"not now"}"#.utf8)))
    }
}

extension SimulatedPlatform.Request {
    init(_ call: HTTPCall) {
        let parts = (call.request.path ?? "").split(separator: "?")
        path = (parts.first ?? "").split(separator: "/")
        after = parts.dropFirst().first?.split(separator: "&")
            .first { $0.hasPrefix("after=") }.flatMap { Int($0.dropFirst(6)) }
        key = HTTPField.Name("Idempotency-Key").flatMap { call.request.headerFields[$0] }
        body = call.body ?? Data()
        etag = call.request.headerFields[.ifNoneMatch]
    }
}
