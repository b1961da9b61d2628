import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import WalletCore
import WalletTesting

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
        _ answer: @escaping (Result<HTTPAnswer, HTTPTransportError>) -> Bool
    ) {
        var request = PlatformModel.Request(call)
        if mutation == .newKeyPerAttempt, request.key != nil { request.key = network.uuid() }
        guard process.device.offlineUntil <= timeline.now, !isFaulty(4) else {
            note("\(process.name) offline \(request.line)")
            return deliver(.failure(.init(.unreachable, mayHaveBeenSent: false, detail: "offline")), after: 5, answer)
        }
        if request.token != nil, process.device.isLoggedOut {
            report(.sessionIsAsSaid, "\(process.name) calls \(request.line) after the customer logged out")
        }
        if request.isDecision { noteSent(request, by: process) }
        let there = Int64(network.int(1...plan.slowness))
        let back = Int64(network.int(1...plan.slowness))
        // Whatever happens, it has waited long enough then.
        let patience = timeline.schedule(after: Self.patience, "answer") { [self] in _ = answer(lost(.timedOut)) }
        let answer = { [self] outcome in
            let isFirst = answer(outcome)
            if isFirst { timeline.cancel(patience) }
            return isFirst
        }
        if let lie = nextLie() { return tell(lie, to: request, of: process, after: there, backAfter: back, answer) }
        let carried = Carried(request: request, process: process, answer: answer)
        guard isFaulty() else { return serve(carried, after: there, backAfter: back) }
        fault(carried, there, back)
    }

    private struct Carried {
        var request: PlatformModel.Request
        var process: SimulatedProcess
        /// Brings the answer, and says whether the process still waited for it.
        var answer: (Result<HTTPAnswer, HTTPTransportError>) -> Bool
    }

    private static let faults = [
        "cut on the way there", "cut on the way back", "late arrival", "silence", "status before", "status after",
        "captive portal", "sent twice", "late answer", "cut at once",
    ]

    private func fault(_ call: Carried, _ there: Int64, _ back: Int64) {
        let kind = network.int(0...9)
        cuts += 1
        count("faults", Self.faults[kind])
        note("fault \(kind) \(call.request.line)")
        switch kind {
        case 0: deliver(lost(.connectionLost), after: there, call.answer)
        case 1:
            serve(call, after: there, backAfter: nil)
            deliver(lost(.connectionLost), after: there + back, call.answer)
        case 2:  // It arrives when nobody waits for it any more.
            serve(call, after: Int64(network.int(30_000...120_000)), backAfter: back)
        case 3:
            break
        case 4:
            deliver(status(network.pick([500, 502, 503, 408, 429])), after: there + back, call.answer)
        case 5:
            serve(call, after: there, backAfter: nil)
            deliver(status(network.pick([500, 504])), after: there + back, call.answer)
        case 6:
            let page = HTTPAnswer(HTTPResponse(status: 200), body: Data("<html>log in</html>".utf8))
            deliver(.success(page), after: there, call.answer)
        case 7:  // A proxy sends it twice.
            serve(call, after: there, backAfter: back)
            serve(call, after: there + Int64(network.int(0...60_000)), backAfter: nil)
        case 8:  // Newer answers overtake it.
            serve(call, after: there, backAfter: Int64(network.int(0...29_000)))
        default:  // Nobody can tell what left.
            deliver(lost(.connectionLost), after: 1, call.answer)
        }
    }

    private func serve(_ call: Carried, after there: Int64, backAfter back: Int64?) {
        timeline.schedule(after: there, "request") { [self] in
            let served = serve(call.request)
            guard let back else { return }
            let (epoch, isFeed) = (shifts.count - 1, call.request.path.last == "approvals")
            let told = httpAnswer(mutated(served, call.request), isHonest: true)
            if isFeed { feedAnswersOnTheWay += 1 }
            timeline.schedule(after: back, "answer") { [self] in
                if isFeed { feedAnswersOnTheWay -= 1 }
                guard call.answer(.success(told)) else { return }
                call.process.heardEpoch = epoch
                call.process.lastAnswer = timeline.now
            }
        }
    }

    /// Has the platform do its work.
    func serve(_ request: PlatformModel.Request) -> PlatformModel.Answer {
        let before = platform.transactions.count
        let served = platform.serve(request, at: now)
        hidePayments(since: before)
        note("served \(request.line) \(served.status)")
        if plan.lies > 0, earlier[request.line] == nil || !request.isDecision, served.status != 304 {
            earlier[request.line] = served
            earlier[request.line]?.keptSince = now
        }
        if request.isDecision { checkProof(served, request) }
        return served
    }

    func httpAnswer(_ answer: PlatformModel.Answer, isHonest: Bool) -> HTTPAnswer {
        var headers = HTTPFields()
        if mutation != .localClockTrusted {
            let isLate = mutation == .clockCorrectionIgnored
            let moment = mutation == .ageUnheard ? now : answer.keptSince ?? now
            headers[.date] = (isLate ? time(in: 0) : moment).httpDate
        }
        headers[.eTag] = answer.etag
        if !isHonest, (300..<400).contains(answer.status), answer.status != 304 {
            headers[.location] = "https://portal.test/"
        }
        return HTTPAnswer(
            HTTPResponse(status: .init(code: answer.status), headerFields: headers), body: Data(answer.document.utf8))
    }

    /// Brings an answer; the first that comes is the one.
    func deliver(
        _ fate: Result<HTTPAnswer, HTTPTransportError>, after delay: Int64,
        _ answer: @escaping (Result<HTTPAnswer, HTTPTransportError>) -> Bool
    ) {
        timeline.schedule(after: delay, "answer") { _ = answer(fate) }
    }

    private func lost(_ code: HTTPTransportError.Reason) -> Result<HTTPAnswer, HTTPTransportError> {
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
