/// The elements of a sequence up to the first that is the last, that one included.
struct EndingSequence<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable where Base.Element: Sendable {
    private let base: Base
    private let isLast: @Sendable (Base.Element) -> Bool

    init(_ base: Base, endingWith isLast: @escaping @Sendable (Base.Element) -> Bool) {
        self.base = base
        self.isLast = isLast
    }

    func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator(), isLast: isLast) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var base: Base.AsyncIterator?
        fileprivate let isLast: @Sendable (Base.Element) -> Bool

        @concurrent mutating func next() async throws -> Base.Element? {
            guard let element = try await base?.next() else { return nil }
            // Letting go of the iterator ends what is behind it.
            if isLast(element) { base = nil }
            return element
        }
    }
}
