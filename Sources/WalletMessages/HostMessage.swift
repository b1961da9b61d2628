package import FexValues

/// What a host says.
package enum HostMessage: Hashable, Sendable {
    case request(id: Int, method: String, params: JSON)
    /// To end the waiting of a request; answered where it has an id of its own.
    case cancel(id: Int?, request: Int)
    /// The answer to a question: a result, or an error's code and message.
    case answer(question: Int, HostAnswer)

    /// In bytes.
    package static let longest = 4 << 20
    /// What every language's numbers hold exactly.
    package static let largestID = (1 << 53) - 1

    /// - Throws: ``DoorError`` saying what keeps the text from being a message.
    package init(parsing text: some Collection<UInt8>) throws(DoorError) {
        guard text.count <= HostMessage.longest else { throw .tooLong }
        let json: JSON
        do { json = try JSON(parsing: text) } catch { throw .notAMessage(error.description) }
        guard case .object(let object) = json else { throw .notAMessage("it is no object") }
        if let name = object.repeatedName {
            throw .notAMessage("\"\(PlainText.clean(name, limit: 60))\" is there twice")
        }
        if object["answer"] != nil {
            self = try HostMessage(answer: object)
        } else {
            self = try HostMessage(request: object)
        }
    }

    private init(answer object: JSONObject) throws(DoorError) {
        try object.allowOnly(["answer", "result", "error"])
        guard let id = object["answer"]?.integerValue else { throw .badID }
        switch (object["result"], object["error"]) {
        case (let result?, nil): self = .answer(question: id, .result(result))
        case (nil, let error?):
            guard let code = error["code"]?.stringValue else { throw .notAMessage("an error has a code") }
            let message = error["message"]?.stringValue ?? code
            self = .answer(
                question: id,
                .error(
                    code: PlainText.clean(code, limit: 60), message: PlainText.clean(message, limit: 400),
                    mayHaveBeenSent: error["may_have_been_sent"]?.boolValue ?? true))
        default: throw .notAMessage("an answer has either a result or an error")
        }
    }

    private init(request object: JSONObject) throws(DoorError) {
        guard let method = object["method"]?.stringValue else {
            throw .notAMessage("it has neither a method nor an answer")
        }
        try object.allowOnly(["id", "method", "params"])
        var id: Int?
        if let given = object["id"] {
            guard let number = given.integerValue, (1...HostMessage.largestID).contains(number) else { throw .badID }
            id = number
        }
        let params = object["params"] ?? [:]
        guard method == "cancel" else {
            guard let id else { throw .badID }
            self = .request(id: id, method: method, params: params)
            return
        }
        guard let request = params["id"]?.integerValue, params.objectValue?.members.count == 1 else {
            throw .badParameter("id", "the id of the request to cancel is expected, and nothing else")
        }
        self = .cancel(id: id, request: request)
    }
}

/// What a host answers to a question.
package enum HostAnswer: Hashable, Sendable {
    case result(JSON)
    /// - Parameter mayHaveBeenSent: Of a call: whether a byte may have left.
    case error(code: String, message: String, mayHaveBeenSent: Bool)
}

extension JSONObject {
    /// A name that stands twice.
    var repeatedName: String? {
        var seen: Set<String> = []
        return members.first { !seen.insert($0.name).inserted }?.name
    }

    fileprivate func allowOnly(_ names: Set<String>) throws(DoorError) {
        guard let other = members.first(where: { !names.contains($0.name) }) else { return }
        throw .notAMessage("nothing is called \"\(PlainText.clean(other.name, limit: 60))\" in it")
    }
}
