import Foundation
import SystemPackage

/// A file open for writing, closed with its owner.
final class FileDescriptorBox {
    let descriptor: FileDescriptor

    init(creating file: URL) throws {
        descriptor = try FileDescriptor.open(
            FilePath(file.path), .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    }

    deinit { try? descriptor.close() }
}
