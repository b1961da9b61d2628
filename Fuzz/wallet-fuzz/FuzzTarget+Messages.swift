#if DEBUG || LIBFUZZER
    import FexValues
    import WalletCore
    @testable import WalletMessages

    extension FuzzTarget {
        /// What a host says, a line a message: each request is answered once, and nothing else is.
        static let messages = FuzzTarget(
            name: "messages", maximumLength: 8192, seeds: { try corpus("messages.txt").map(lines) },
            run: { bytes in
                let said = bytes.split(separator: UInt8(ascii: "\n")).map(Array.init)
                var talk = Talk()
                for line in said {
                    hold((try? JSON(parsing: PureMessages.execute(line))) != nil, "a pure answer is no JSON")
                    _ = try? OpeningConfiguration(parsing: String(decoding: line, as: UTF8.self))
                    talk.say(line)
                }
                talk.close()
            })

        /// A backslash and an n stand for the end of a line in the corpus.
        private static func lines(_ seed: [UInt8]) -> [UInt8] {
            Array(String(decoding: seed, as: UTF8.self).replacing("\\n", with: "\n").utf8)
        }
    }

    /// A conversation whose requests end as the next line's length says.
    private struct Talk {
        private var conversation = Conversation()
        private var running: [Int] = []
        private var taken: [Int: Int] = [:]
        private var answered: [Int: Int] = [:]

        mutating func say(_ line: [UInt8]) {
            guard let message = try? HostMessage(parsing: line) else {
                conversation.refuse(.badID)
                return receive()
            }
            switch message {
            case .request(let id, _, _) where conversation.isOpen: count(id)
            case .cancel(let id?, _) where conversation.isOpen: count(id)
            default: break
            }
            guard conversation.isOpen else { return }
            carryOut(conversation.take(message))
            switch line.count % 4 {
            case 0: finish()
            case 1: carryOut(Topic(rawValue: "balance").map { conversation.subscribe($0) } ?? [])
            case 2: _ = conversation.ask("sign", [:])
            default: conversation.publish(.balance, .integer(line.count))
            }
            receive()
        }

        mutating func close() {
            carryOut(conversation.close())
            while !running.isEmpty { finish() }
            conversation.closed()
            receive()
            hold(taken == answered, "a request was not answered once")
        }

        /// Those that were refused are answered without an id.
        private mutating func count(_ id: Int) { taken[id, default: 0] += 1 }

        private mutating func finish() {
            guard !running.isEmpty else { return }
            carryOut(conversation.finish(running.removeFirst(), .result(nil), money: .notMoved))
        }

        private mutating func carryOut(_ actions: [Conversation.Action]) {
            for case .start(let id, _, _) in actions {
                hold(!running.contains(id), "a request is begun while it runs")
                running.append(id)
            }
        }

        private mutating func receive() {
            while let text = conversation.receive(), text != Conversation.lastMessage {
                guard let message = try? JSON(parsing: text) else { return hold(false, "a message is no JSON") }
                if message["error"]?["code"] == "repeated_id", let id = Self.repeated(message) {
                    taken[id, default: 0] -= 1
                    if taken[id] == 0 { taken[id] = nil }
                }
                guard message["ask"] == nil, let id = message["id"]?.integerValue else { continue }
                answered[id, default: 0] += 1
            }
        }

        private static func repeated(_ message: JSON) -> Int? {
            message["error"]?["message"]?.stringValue?.split(separator: " ").compactMap { Int($0) }.first
        }
    }
#endif
