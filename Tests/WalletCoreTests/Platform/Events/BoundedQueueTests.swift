import FexValues
import Mailboxes
import Testing
import WalletTesting

struct BoundedQueueTests {
    @Test func `a queue behaves as an array that forgets its oldest elements`() {
        var generator = SplitMix64(seed: 7)
        var queue = BoundedQueue<Int>(count: 1500, weight: 100_000)
        var model: [(element: Int, weight: Int)] = []
        var modelWeight = 0
        for step in 0..<50_000 {
            // More comes than goes in one half of the time, more goes than comes in the other.
            let isAppend = Int.random(in: 0..<10, using: &generator) < (step / 5000 % 2 == 0 ? 8 : 3)
            if isAppend {
                let weight = Int.random(in: 0..<150, using: &generator)
                let dropped = queue.append(step, weight: weight)
                model.append((step, weight))
                modelWeight += weight
                var expected = 0
                while model.count > 1500 || (modelWeight > 100_000 && model.count > 1) {
                    modelWeight -= model.removeFirst().weight
                    expected += 1
                }
                #expect(dropped == expected)
            } else {
                let expected = model.isEmpty ? nil : model.removeFirst()
                modelWeight -= expected?.weight ?? 0
                #expect(queue.popFirst() == expected?.element)
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
