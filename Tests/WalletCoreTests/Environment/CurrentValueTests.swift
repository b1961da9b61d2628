import Testing

@testable import WalletCore

@Suite struct CurrentValueTests {
    @Test func `a watcher may leave while the value changes`() async {
        let watched = CurrentValue(0)
        var stream: AsyncStream<Int>? = watched.watch()
        let other = watched.watch()
        watched.update { value in
            if stream != nil { stream = nil }
            value = 1
        }
        var values = other.makeAsyncIterator()
        #expect(await values.next() == 1)
        watched.value = 2
        #expect(await values.next() == 2)
    }

    @Test(.timeLimit(.minutes(15))) func `watchers that are cancelled while the value changes hold up nobody`() async {
        let watched = CurrentValue(0)
        for round in 1...2000 {
            let watching = (0..<4).map { _ in Task { for await _ in watched.watch() {} } }
            await Task.yield()
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for step in 0..<8 { watched.value = round * 8 + step } }
                for task in watching { group.addTask { task.cancel() } }
            }
            for task in watching { await task.value }
        }
        #expect(watched.value == 2000 * 8 + 7)
    }
}
