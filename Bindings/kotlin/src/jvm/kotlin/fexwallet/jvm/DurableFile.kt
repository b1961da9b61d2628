package fexwallet.jvm

import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption.ATOMIC_MOVE
import java.nio.file.StandardOpenOption.READ
import java.nio.file.StandardOpenOption.WRITE
import java.nio.file.attribute.PosixFilePermissions

/** Makes a folder for its owner alone; one that is there stays as it is. */
internal fun makePrivateFolder(folder: Path) {
    val forOwner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
    if (!Files.isDirectory(folder)) Files.createDirectories(folder, forOwner)
}

/** Writes a file for its owner alone, whole or not at all. It is durable on return. */
internal fun writeDurably(file: Path, bytes: ByteArray) {
    // Files that Java makes as temporary ones are their owner's alone.
    val written = Files.createTempFile(file.parent, ".", ".new")
    try {
        FileChannel.open(written, WRITE).use { channel ->
            val buffer = ByteBuffer.wrap(bytes)
            while (buffer.hasRemaining()) channel.write(buffer)
            channel.force(true)
        }
        Files.move(written, file, ATOMIC_MOVE)
        syncFolder(file.parent)
    } finally {
        Files.deleteIfExists(written)
    }
}

/** Removes a file, durably. It is no error that there is none. */
internal fun removeDurably(file: Path) {
    if (Files.deleteIfExists(file)) syncFolder(file.parent)
}

private fun syncFolder(folder: Path) = FileChannel.open(folder, READ).use { it.force(true) }
