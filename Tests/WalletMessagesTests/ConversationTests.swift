import FexValues
import Testing
import WalletDocuments

@testable import WalletMessages

@Suite struct ConversationTests {
    private func request(_ id: Int, _ method: String = "status") -> HostMessage {
        .request(id: id, method: method, params: [:])
    }

    private func drain(_ conversation: inout Conversation) throws -> [JSON] {
        var messages: [JSON] = []
        while let text = conversation.receive() {
            messages.append(try JSON(parsing: text))
            if text == Conversation.lastMessage { break }
        }
        return messages
    }

    @Test func `a request whose id is in flight is refused, and the first one is still answered`() throws {
        var conversation = Conversation()
        #expect(conversation.take(request(7)) == [.start(id: 7, method: "status", params: [:])])
        #expect(conversation.take(request(7, "balance")).isEmpty)
        _ = conversation.finish(7, .result("done"), money: .notMoved)
        let messages = try drain(&conversation)
        #expect(messages.first?["id"] == .null && messages.first?["error"]?["code"] == "repeated_id")
        #expect(messages.last == ["id": 7, "result": "done"])
        // It is free again.
        #expect(!conversation.take(request(7)).isEmpty)
    }

    @Test func `a cancelled request that runs is answered once it has ended, with what became of the money`() throws {
        var conversation = Conversation()
        _ = conversation.take(request(1, "pay"))
        #expect(conversation.take(.cancel(id: nil, request: 1)) == [.cancel(id: 1)])
        #expect(try drain(&conversation).isEmpty)
        _ = conversation.finish(1, .result("paid"), money: .moved)
        let answer = try #require(try drain(&conversation).first)
        #expect(answer["error"]?["code"] == "cancelled" && answer["error"]?["money"] == "moved")
    }

    @Test func `a cancelled request that waits for its turn is never begun`() throws {
        var conversation = Conversation()
        for id in 1...Conversation.mostRunning { _ = conversation.take(request(id)) }
        #expect(conversation.take(request(100)).isEmpty)
        #expect(conversation.take(.cancel(id: 101, request: 100)).isEmpty)
        #expect(conversation.finish(1, .result(nil), money: .notMoved).isEmpty)
        let messages = try drain(&conversation)
        #expect(messages.contains { $0["id"] == 100 && $0["error"]?["money"] == "not_moved" })
        #expect(messages.contains(["id": 101, "result": ["id": 100, "cancelled": true]]))
    }

    @Test func `more requests than a wallet takes are refused, and nothing of them is begun`() throws {
        var conversation = Conversation()
        for id in 1...Conversation.mostRequests { _ = conversation.take(request(id)) }
        #expect(conversation.take(request(Conversation.mostRequests + 1)).isEmpty)
        let refused = try #require(try drain(&conversation).last)
        #expect(refused["error"]?["code"] == "too_many_requests" && refused["error"]?["retry"] == "later")
        #expect(conversation.inFlight == Conversation.mostRequests)
    }

    @Test func `a question is answered once; late answers are ignored, and those to no question are refused`() throws {
        var conversation = Conversation()
        let (first, second) = (conversation.ask("sign", [:]), conversation.ask("sign", [:]))
        #expect(first == 1 && second == 2)
        _ = try drain(&conversation)
        #expect(conversation.take(.answer(question: 1, .result(nil))) == [.resume(question: 1, .result(nil))])
        #expect(conversation.take(.answer(question: 1, .result(nil))).isEmpty)
        #expect(try drain(&conversation).first?["error"]?["code"] == "no_question")
        conversation.withdraw(2)
        #expect(conversation.take(.answer(question: 2, .result(nil))).isEmpty)
        #expect(try drain(&conversation).isEmpty)
    }

    @Test func `of a topic only the newest value waits, in the place of the first`() throws {
        var conversation = Conversation()
        _ = conversation.subscribe(.balance)
        for value in 1...1000 {
            conversation.publish(.balance, .integer(value))
            if value == 1 { conversation.tell("login", nil) }
        }
        #expect(try drain(&conversation).map { $0["value"] } == [1000, nil as JSON])
        conversation.publish(.balance, 1001)
        _ = conversation.unsubscribe(.balance)
        conversation.publish(.balance, 1002)
        #expect(try drain(&conversation).isEmpty)
    }

    @Test func `what is subscribed to follows the order of what was sent`() throws {
        var conversation = Conversation()
        for (id, method) in ["subscribe", "unsubscribe", "subscribe"].enumerated() {
            let message = HostMessage.request(id: id + 1, method: method, params: ["topic": "balance"])
            #expect(conversation.take(message).count == 1)
        }
        #expect(conversation.isSubscribed(to: .balance))
        #expect(try drain(&conversation).map { $0["result"]?["subscribed"] } == [true, false, true])
        let wrong = HostMessage.request(id: 9, method: "subscribe", params: ["topic": "news"])
        #expect(conversation.take(wrong).isEmpty)
        #expect(try drain(&conversation).first?["error"]?["code"] == "bad_parameter")
    }

    @Test func `of the log the newest lines wait, and no more`() throws {
        var conversation = Conversation()
        _ = conversation.subscribe(.log)
        for line in 1...1000 { conversation.publish(.log, .integer(line)) }
        let lines = try drain(&conversation).compactMap { $0["value"]?.integerValue }
        #expect(lines == Array(745...1000))
    }

    @Test func `closing answers all that is in flight, and the last message is given again each time`() throws {
        var conversation = Conversation()
        for id in 1...Conversation.mostRunning { _ = conversation.take(request(id)) }
        _ = conversation.take(request(80))
        let asked = conversation.ask("sign", [:])
        let question = try #require(asked)
        _ = conversation.subscribe(.balance)
        _ = try drain(&conversation)
        let actions = conversation.take(request(90, "close"))
        #expect(actions.contains(.close) && actions.contains(.unsubscribe(.balance)))
        #expect(actions.contains { if case .resume(question, .error("closed", _, true)) = $0 { true } else { false } })
        #expect(conversation.ask("sign", [:]) == nil && !conversation.isOpen)
        for id in 1...Conversation.mostRunning { _ = conversation.finish(id, .result(nil), money: .notMoved) }
        conversation.closed()
        let messages = try drain(&conversation)
        let codes = messages.compactMap { $0["error"]?["code"]?.stringValue }
        #expect(codes == Array(repeating: "cancelled", count: Conversation.mostRunning + 1))
        #expect(messages.suffix(2) == [["id": 90, "result": ["closed": true]], ["closed": true]])
        #expect(
            conversation.receive() == Conversation.lastMessage && conversation.receive() == Conversation.lastMessage)
    }

    @Test func `at the end of what a host says, what is in flight is answered before it closes`() throws {
        var conversation = Conversation()
        _ = conversation.take(request(1))
        _ = conversation.take(request(2, "login.device"))
        #expect(conversation.end() == [.cancel(id: 2)])
        #expect(conversation.finish(2, .error(DoorError.internal), money: .notMoved).isEmpty)
        #expect(conversation.finish(1, .result("done"), money: .notMoved) == [.close])
        #expect(try drain(&conversation).contains(["id": 1, "result": "done"]))
    }

    /// A host and a wallet that do whatever a seed says, in any order.
    @Test(arguments: 0..<60 as Range<UInt64>)
    func `every request is answered exactly once, whatever is said in whatever order`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var conversation = Conversation()
        var (running, asked, answers): (Set<Int>, Set<Int>, [Int: Int]) = ([], [], [:])
        var (sent, resumed, messages): ([Int], Set<Int>, [JSON]) = ([], [], [])
        var questions: Set<Int> = []

        func carryOut(_ actions: [Conversation.Action]) {
            for action in actions {
                switch action {
                case .start(let id, _, _): #expect(running.insert(id).inserted, "begun twice")
                case .resume(let question, _): #expect(resumed.insert(question).inserted, "resumed twice")
                case .cancel(let id): #expect(running.contains(id))
                case .subscribe, .unsubscribe, .close: break
                }
            }
        }
        func receive() throws {
            guard let text = conversation.receive(), text != Conversation.lastMessage else { return }
            messages.append(try JSON(parsing: text))
        }

        var next = 0
        for _ in 0..<3000 {
            switch Int.random(in: 0..<12, using: &random) {
            case 0...3:
                next += 1
                sent.append(next)
                carryOut(conversation.take(request(next)))
            case 4...5:
                guard let id = running.randomElement(using: &random) else { break }
                running.remove(id)
                carryOut(conversation.finish(id, .result(nil), money: .notMoved))
            case 6:
                carryOut(conversation.take(.cancel(id: nil, request: Int.random(in: 1...max(1, next), using: &random))))
            case 7: if let question = conversation.ask("sign", [:]) { questions.insert(question) }
            case 8:
                let question = Int.random(in: 1...max(1, questions.count + 1), using: &random)
                if asked.insert(question).inserted {
                    carryOut(conversation.take(.answer(question: question, .result(nil))))
                }
            case 9: carryOut(conversation.subscribe(Topic.allCases.randomElement(using: &random)!))
            case 10: conversation.publish(Topic.allCases.randomElement(using: &random)!, nil)
            default: for _ in 0..<Int.random(in: 0..<20, using: &random) { try receive() }
            }
        }
        carryOut(conversation.close())
        for id in running { carryOut(conversation.finish(id, .result(nil), money: .notMoved)) }
        conversation.closed()
        messages += try drain(&conversation)
        for message in messages where message["ask"] == nil {
            if let id = message["id"]?.integerValue { answers[id, default: 0] += 1 }
        }
        #expect(sent.allSatisfy { answers[$0] == 1 } && answers.count == sent.count)
        #expect(resumed.isSubset(of: questions))
    }
}
