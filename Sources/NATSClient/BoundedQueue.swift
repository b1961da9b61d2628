import DequeModule

/// A queue that keeps the newest elements within a count and a weight, and says how many older ones it dropped.
package struct BoundedQueue<Element: Sendable>: Sendable {
    private let countLimit: Int
    private let weightLimit: Int
    private var items: Deque<(element: Element, weight: Int)> = []
    /// The most elements that `items` has had room for.
    private var peak = 0
    private var weight = 0

    /// An empty queue; it always has room for one element, whatever that weighs.
    package init(count: Int, weight: Int) {
        countLimit = max(count, 1)
        weightLimit = weight
    }

    /// Whether there is nothing to take.
    package var isEmpty: Bool { items.isEmpty }

    /// Appends an element, and drops the oldest until all fit.
    ///
    /// - Returns: How many were dropped.
    package mutating func append(_ element: Element, weight added: Int) -> Int {
        items.append((element, added))
        weight += added
        peak = max(peak, items.count)
        var dropped = 0
        while items.count > countLimit || (weight > weightLimit && items.count > 1) {
            _ = popFirst()
            dropped += 1
        }
        return dropped
    }

    /// Takes the oldest element.
    package mutating func popFirst() -> Element? {
        guard let first = items.popFirst() else { return nil }
        weight -= first.weight
        // A deque never shrinks by itself: what a burst took is given back once the burst has been read.
        if items.isEmpty, peak > 1024 {
            items = []
            peak = 0
        }
        return first.element
    }
}
