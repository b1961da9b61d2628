import FexValues

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One rule of what is to go wrong, and when.
struct FaultRule: Hashable, Sendable {
    /// What is done to a call or an event.
    enum Action: String, Hashable, Sendable, CaseIterable {
        case delay, refuse
        case dropBefore = "drop_before"
        case dropAfter = "drop_after"
        case status
        case slowBody = "slow_body"
        case truncate, garbage, huge, redirect
        // On events alone:
        case drop, duplicate, reorder, forge

        /// Whether it can be done to a call.
        var isForCalls: Bool { ![.drop, .duplicate, .reorder, .forge].contains(self) }
        /// Whether it can be done to an event.
        var isForEvents: Bool { self == .delay || !isForCalls }
    }

    var method: String?
    /// The paths of the calls it is about, without a query; `nil` for all.
    var path: Glob?
    /// The names of the events it is about; `nil` for a rule about calls.
    var event: Glob?
    /// The first matching call it applies to, counted from 1.
    var nth: Int64?
    /// To how many calls it applies at most; one where only `nth` is given.
    var times: Int64?
    /// How likely it applies to a call that it may apply to, from 0 to 1.
    var probability: Double?
    var action: Action
    var delayMilliseconds: Int64
    var status: Int

    /// A rule from its JSON.
    ///
    /// - Throws: ``PlatformError`` 400 naming what is wrong.
    init(_ json: JSON) throws(PlatformError) {
        guard let object = json.objectValue else { throw .badRequest("a fault rule must be an object") }
        let known: Set<String> = ["match", "nth", "times", "probability", "action", "delay_ms", "status"]
        for member in object.members where !known.contains(member.name) {
            throw .badRequest("a fault rule has no \(member.name)")
        }
        guard let action = json["action"]?.stringValue.flatMap(Action.init) else {
            throw .badRequest("action must be one of \(Action.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.action = action
        method = json["match"]?["method"]?.stringValue?.uppercased()
        path = json["match"]?["path"]?.stringValue.map(Glob.init)
        event = json["match"]?["event"]?.stringValue.map(Glob.init)
        nth = try FaultRule.whole(json["nth"], "nth", in: 1...Int64.max)
        times = try FaultRule.whole(json["times"], "times", in: 0...Int64.max)
        delayMilliseconds = try FaultRule.whole(json["delay_ms"], "delay_ms", in: 0...86_400_000) ?? 1000
        status = Int(try FaultRule.whole(json["status"], "status", in: 200...599) ?? 503)
        if let probability = json["probability"] {
            guard case .number(let literal) = probability, let value = Double(literal), (0...1).contains(value) else {
                throw .badRequest("probability must be a number from 0 to 1")
            }
            self.probability = value
        }
        guard event == nil ? action.isForCalls : action.isForEvents else {
            throw .badRequest("\(action.rawValue) can't be done to \(event == nil ? "a call" : "an event")")
        }
    }

    /// The rules of a list.
    static func list(_ json: JSON) throws(PlatformError) -> [FaultRule] {
        guard let elements = json.arrayValue else { throw .badRequest("the fault rules must be a list") }
        var rules: [FaultRule] = []
        for element in elements { rules.append(try FaultRule(element)) }
        return rules
    }

    private static func whole(
        _ json: JSON?, _ name: String, in range: ClosedRange<Int64>
    ) throws(PlatformError) -> Int64? {
        guard let json else { return nil }
        guard case .number(let literal) = json, let number = Int64(literal), range.contains(number) else {
            throw .badRequest("\(name) must be a whole number of at least \(range.lowerBound)")
        }
        return number
    }
}

/// A pattern as `fnmatch(3)` reads it: `*` stands for anything, `/` and nothing included, `?` for one byte, `[a-f]` and
/// `[!a-f]` for one byte of a set or outside it, and `\` takes away the meaning of what follows.
struct Glob: Hashable, Sendable {
    private let pattern: String

    /// A pattern.
    init(_ pattern: String) { self.pattern = pattern }

    /// Whether the pattern fits the whole text.
    func matches(_ text: String) -> Bool {
        // C reads up to a NUL, and would compare with less than what was written.
        guard !pattern.utf8.contains(0), !text.utf8.contains(0) else { return false }
        return unsafe fnmatch(pattern, text, 0) == 0
    }
}
