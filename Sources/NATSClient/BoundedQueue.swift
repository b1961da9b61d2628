/// A queue that keeps the newest elements within a count and a weight, and says how many gave way.
package struct BoundedQueue<Element: Sendable>: Sendable {
    private let countLimit: Int
    private let weightLimit: Int
    private var items: [(element: Element, weight: Int)?] = []
    private var head = 0
    private var weight = 0

    /// An empty queue; it always has room for one element, whatever that weighs.
    package init(count: Int, weight: Int) {
        countLimit = max(count, 1)
        weightLimit = weight
    }

    /// Whether there is nothing to take.
    package var isEmpty: Bool { head == items.count }

    /// Appends an element, and drops the oldest until all fit.
    ///
    /// - Returns: How many were dropped.
    package mutating func append(_ element: Element, weight added: Int) -> Int {
        items.append((element, added))
        weight += added
        var dropped = 0
        while items.count - head > countLimit || (weight > weightLimit && items.count - head > 1) {
            _ = popFirst()
            dropped += 1
        }
        return dropped
    }

    /// Takes the oldest element.
    package mutating func popFirst() -> Element? {
        guard head < items.count, let first = items[head] else { return nil }
        items[head] = nil
        head += 1
        weight -= first.weight
        // Moves elements once in a while, so that each costs a constant on the whole.
        if head == items.count {
            items.removeAll(keepingCapacity: items.count <= 1024)
            head = 0
        } else if head >= 1024, head * 2 >= items.count {
            items.removeFirst(head)
            head = 0
        }
        return first.element
    }
}
