import CFaultyDisk
import Foundation
import Testing

/// A directory on a disk that fails when a test says so.
@safe final class FaultyDisk: Sendable {
    /// What goes wrong, and which operations it can meet.
    enum Fault: String, Sendable, CaseIterable {
        /// One operation that changes something fails.
        case error
        /// All operations fail from some moment on, reading too.
        case broken
        /// One operation fails, be it reading, locking or changing.
        case glitch
        /// One write finds no room.
        case fullOnce
        /// No write finds room from some moment on.
        case full
        /// The power goes at some operation that changes something.
        case powerCut
        /// The power goes in the middle of a write.
        case tornWrite

        /// Whether it can meet an operation that only reads or locks.
        var meetsReading: Bool { self == .glitch || self == .broken }

        fileprivate var kind: faulty_disk_fault {
            switch self {
            case .error, .broken, .glitch: faulty_disk_io_error
            case .fullOnce, .full: faulty_disk_full
            case .powerCut: faulty_disk_power_cut
            case .tornWrite: faulty_disk_torn_write
            }
        }
    }

    let directory: URL
    private nonisolated(unsafe) let disk: OpaquePointer

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "disk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        guard let disk = unsafe faulty_disk_insert(directory.path) else { throw CocoaError(.fileReadUnknown) }
        unsafe self.disk = disk
    }

    deinit {
        unsafe faulty_disk_remove(disk)
        try? FileManager.default.removeItem(at: directory)
    }

    /// Plans a fault at the nth operation from now that it can meet.
    func plan(_ fault: Fault, at nth: Int, seed: UInt64 = 1) {
        let lasts = fault == .full || fault == .broken
        unsafe faulty_disk_plan(disk, fault.kind, Int64(nth), lasts, fault.meetsReading, seed)
    }

    /// Whether the planned fault has happened.
    var hasFailed: Bool { unsafe faulty_disk_has_failed(disk) }

    /// Whether the machine has no power.
    var isOff: Bool { unsafe faulty_disk_is_off(disk) }

    /// Ends every fault; after a power cut the files are what a restart finds.
    func mend() async throws {
        // The database closes its files on threads of its own.
        let begin = ContinuousClock.now
        while unsafe faulty_disk_open_files(disk) > 0 {
            try #require(ContinuousClock.now - begin < .seconds(300), "a file is still open after five minutes")
            await Task.yield()
        }
        guard unsafe faulty_disk_mend(disk) else { throw CocoaError(.fileWriteUnknown) }
    }
}
