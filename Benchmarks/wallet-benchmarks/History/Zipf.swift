/// Ranks as they are met in life: the second half as often as the first, the third a third as often.
struct Zipf {
    private let sums: [Double]

    init(count: Int) {
        var sum = 0.0
        sums = (1...count).map { rank in
            sum += 1 / Double(rank)
            return sum
        }
    }

    /// The rank, from 0, of a number from 0 to 1.
    func rank(of fraction: Double) -> Int {
        let wanted = fraction * sums[sums.count - 1]
        var (low, high) = (0, sums.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] <= wanted { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
