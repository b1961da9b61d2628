import Foundation
import Testing
import WalletCore

@testable import WalletCommands

@Suite struct ListeningNoteTests {
    private let file = FileManager.default.temporaryDirectory.appending(path: "listening-\(UUID().uuidString)")
    private var note: ListeningNote { ListeningNote(file: file) }

    @Test func `nobody listens where nobody wrote, and where who wrote has ended`() async throws {
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(note.read() == .no)
        try await note.withWriter { write in
            #expect(note.read() == .no, "nothing was written yet")
            for delivery in [EventDelivery.stream, .poll, .no, .stream] {
                write(delivery)
                #expect(note.read() == delivery)
            }
        }
        #expect(note.read() == .no)
    }

    @Test func `while one process listens another's word is not written over its`() async throws {
        defer { try? FileManager.default.removeItem(at: file) }
        try await note.withWriter { first in
            first(.stream)
            try await note.withWriter { second in
                second(.poll)
                #expect(note.read() == .stream)
            }
            #expect(note.read() == .stream)
        }
    }

    @Test func `a note that is read while it is written is the old one or the new one`() async throws {
        defer { try? FileManager.default.removeItem(at: file) }
        let note = note
        try await note.withWriter { write in
            write(.stream)
            let writing = Task.detached {
                for round in 0..<20_000 { write(round.isMultiple(of: 2) ? .poll : .stream) }
            }
            let reading = Task.detached {
                (0..<2_000).reduce(into: Set<EventDelivery>()) { seen, _ in seen.insert(note.read()) }
            }
            #expect(await reading.value.isSubset(of: [.poll, .stream]))
            await writing.value
        }
    }
}
