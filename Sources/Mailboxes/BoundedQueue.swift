/// A queue that keeps the newest elements within a count and a weight, and says how many older ones it dropped.
package struct BoundedQueue<Element: Sendable>: Sendable {
    private let countLimit: Int
    private let weightLimit: Int
    /// What waits, after as many places as were taken: an array alone, so that an app needs no package of collections for it.
    private var items: [(element: Element, weight: Int)?] = []
    private var taken = 0
    private var weight = 0

    /// An empty queue; it always has room for one element, whatever that weighs.
    package init(count: Int, weight: Int) {
        countLimit = max(count, 1)
        weightLimit = weight
    }

    /// Whether there is nothing to take.
    package var isEmpty: Bool { count == 0 }

    private var count: Int { items.count - taken }

    /// Appends an element, and drops the oldest until all fit.
    ///
    /// - Returns: How many were dropped.
    package mutating func append(_ element: Element, weight added: Int) -> Int {
        items.append((element, added))
        weight += added
        var dropped = 0
        while count > countLimit || (weight > weightLimit && count > 1) {
            _ = popFirst()
            dropped += 1
        }
        return dropped
    }

    /// Takes the oldest element.
    package mutating func popFirst() -> Element? {
        guard !isEmpty, let first = items[taken] else { return nil }
        items[taken] = nil
        taken += 1
        weight -= first.weight
        if isEmpty {
            // What a burst took is given back once the burst has been read.
            items.removeAll(keepingCapacity: items.capacity <= 1024)
            taken = 0
        } else if taken >= 64, taken * 2 >= items.count {
            // As many are moved as were taken: each element once on the whole.
            items.removeFirst(taken)
            taken = 0
        }
        return first.element
    }
}
