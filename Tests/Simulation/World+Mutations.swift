import FexValues
import Foundation
import WalletCore
import WalletTesting

extension World {
    /// An answer as a broken wallet would take it: what it should not believe is made into what it may.
    func mutated(_ answer: PlatformModel.Answer, _ request: PlatformModel.Request) -> PlatformModel.Answer {
        switch mutation {
        case .uncodedRefusalBelieved where request.isDecision && (400..<500).contains(answer.status):
            return believed(answer, !answer.document.contains(#""code":"#), refused)
        case .contradictionBelieved where request.isDecision && answer.status == 200:
            return believed(answer, answer.document.hasPrefix("{\"success\""), confirmed(request))
        case .pageAsSuccess where request.isDecision && (200..<300).contains(answer.status):
            return believed(answer, answer.document.hasPrefix("<"), confirmed(request))
        case .staleAnswerBelieved where request.isPublicIntent && answer.status == 200:
            let first = firstAnswers[request.line] ?? answer
            firstAnswers[request.line] = first
            return first
        case .rowDropsPage: return withoutUnreadablePage(answer)
        case .ageUnheard where request.isSearch: return keptSearch(request)
        case .searchPassedOver where request.isSearch: return emptyLedger(for: request)
        case .keptRowPassedOver where request.isLedger: return withoutHiddenPayments(answer)
        case .feedNeverReread where request.path.last == "approvals": return withoutJump(answer, request)
        case .sessionEndUnheard where answer.document.contains("invalid_grant"):
            return .init(503, #"{"success":false,"error":"busy"}"#)
        default: return answer
        }
    }

    /// The ledger as something on the way has kept it since before the first payment: by its age alone it is no answer.
    private func keptSearch(_ request: PlatformModel.Request) -> PlatformModel.Answer {
        var answer = emptyLedger(for: request)
        answer.keptSince = now.advanced(by: .seconds(-3600))
        return answer
    }

    private func believed(
        _ answer: PlatformModel.Answer, _ isIt: Bool, _ other: PlatformModel.Answer?
    ) -> PlatformModel.Answer {
        isIt ? other ?? answer : answer
    }

    private var refused: PlatformModel.Answer {
        .init(422, #"{"success":false,"error":"x","code":"insufficient_balance"}"#)
    }

    private func confirmed(_ request: PlatformModel.Request) -> PlatformModel.Answer? {
        confirmation(of: request).map { PlatformModel.Answer(200, $0) }
    }

    private func withoutUnreadablePage(_ answer: PlatformModel.Answer) -> PlatformModel.Answer {
        let isReadable = !answer.document.contains(#""abc""#) && !answer.document.contains(#""XYZ""#)
        guard !isReadable, var document = (try? JSON(parsing: Data(answer.document.utf8)))?.objectValue else {
            return answer
        }
        for name in ["approvals", "transactions"] where document[name] != nil { document[name] = .array([]) }
        document["has_more"] = false
        return .init(answer.status, JSON.object(document).text, etag: answer.etag)
    }

    private func withoutHiddenPayments(_ answer: PlatformModel.Answer) -> PlatformModel.Answer {
        guard var document = (try? JSON(parsing: Data(answer.document.utf8)))?.objectValue,
            let rows = document["transactions"]?.arrayValue
        else { return answer }
        let shown = rows.filter { $0["currency"] == "USD" && $0["metadata"]?["payment_intent_id"] != nil }
        document["transactions"] = .array(shown)
        return .init(answer.status, JSON.object(document).text, etag: answer.etag)
    }

    private func withoutJump(_ answer: PlatformModel.Answer, _ request: PlatformModel.Request) -> PlatformModel.Answer {
        guard let after = request.value("after").flatMap({ Int($0) }), after > platform.lastChange else {
            return answer
        }
        return .init(200, #"{"success":true,"approvals":[],"next":\#(after),"has_more":false}"#)
    }
}
