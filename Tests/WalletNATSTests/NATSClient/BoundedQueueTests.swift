import NATSClient
import Testing

struct BoundedQueueTests {
    @Test func `a queue behaves as an array that forgets its oldest elements`() {
        var generator = SplitMix(state: 7)
        var queue = BoundedQueue<Int>(count: 1500, weight: 100_000)
        var model: [(element: Int, weight: Int)] = []
        for step in 0..<50_000 {
            // More comes than goes in one half of the time, more goes than comes in the other.
            let isAppend = Int.random(in: 0..<10, using: &generator) < (step / 5000 % 2 == 0 ? 8 : 3)
            if isAppend {
                let weight = Int.random(in: 0..<150, using: &generator)
                let dropped = queue.append(step, weight: weight)
                model.append((step, weight))
                var expected = 0
                while model.count > 1500 || (model.map(\.weight).reduce(0, +) > 100_000 && model.count > 1) {
                    model.removeFirst()
                    expected += 1
                }
                #expect(dropped == expected)
            } else {
                let expected = model.isEmpty ? nil : model.removeFirst().element
                #expect(queue.popFirst() == expected)
            }
            #expect(queue.isEmpty == model.isEmpty)
        }
    }

    @Test func `one element is kept whatever it weighs`() {
        var queue = BoundedQueue<String>(count: 0, weight: 10)
        #expect(queue.append("light", weight: 1) == 0)
        #expect(queue.append("heavy", weight: 1000) == 1)
        #expect(queue.popFirst() == "heavy")
        #expect(queue.popFirst() == nil)
    }
}

/// Chance that is the same each time.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
