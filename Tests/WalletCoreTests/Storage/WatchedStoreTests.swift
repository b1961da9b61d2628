import FexValues
import Foundation
import GRDB
import Testing
import WalletTesting

@testable import WalletCore

@Suite(.timeLimit(.minutes(5))) struct WatchedStoreTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    private func open(_ name: String = "wallet") throws -> WalletStore {
        try WalletStore(path: test.directory.appending(path: "\(name).sqlite").path)
    }

    private func close(_ store: WalletStore) async {
        await store.gate.close { try? await store.close() }
    }

    @Test func `nothing reads a database that is closed, whoever still holds what watches it`() async throws {
        for round in 0..<20 {
            let (store, begun, isOver) = (try open(), CurrentValue(0), CurrentValue(false))
            let reads = CurrentValue(0)
            let watching = (0..<8).map { index in
                Task {
                    var iterator = store.watch { db in
                        reads.update { $0 += 1 }
                        return try db.step("SELECT count(*) FROM outbox")
                    }
                    .makeAsyncIterator()
                    if index < round % 8 { #expect(try await iterator.next() == 0) }
                    begun.update { $0 += 1 }
                    for await isOver in isOver.watch() where isOver { break }
                    while try await iterator.next() != nil {}
                }
            }
            for await count in begun.watch() where count == watching.count { break }
            await close(store)
            let readsBefore = reads.value
            isOver.value = true
            for task in watching { await #expect(throws: OpeningError.closed) { try await task.value } }
            #expect(reads.value == readsBefore)
        }
    }

    @Test func `a database can be closed while others begin to watch it`() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for wallet in 0..<4 {
                group.addTask {
                    for round in 0..<50 {
                        let store = try open("\(wallet)")
                        let watching = (0..<4).map { _ in
                            Task { for try await _ in store.watch({ try $0.step("SELECT count(*) FROM outbox") }) {} }
                        }
                        for _ in 0..<round % 7 { await Task.yield() }
                        await close(store)
                        for task in watching { await #expect(throws: OpeningError.closed) { try await task.value } }
                    }
                }
            }
        }
    }

    @Test func `what reads or writes when a database is being closed does so, or says that it is closed`() async throws
    {
        for round in 0..<50 {
            let store = try open()
            let tasks = (0..<6).map { index in
                Task {
                    let body: @Sendable (Database) throws -> Int64? = { try $0.step("SELECT count(*) FROM outbox") }
                    do {
                        while true {
                            let count =
                                switch index % 3 {
                                case 0: try await store.read(body)
                                case 1: try await store.readBriefly(body)
                                default: try await store.write(body)
                                }
                            #expect(count == 0)
                            await Task.yield()
                        }
                    } catch OpeningError.closed {}
                }
            }
            for _ in 0..<round % 7 { await Task.yield() }
            await close(store)
            for task in tasks { try await task.value }
        }
    }
}
