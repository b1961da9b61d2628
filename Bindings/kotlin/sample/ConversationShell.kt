package fexwallet.sample

import fexwallet.Fex
import java.io.ByteArrayOutputStream
import java.io.InputStream
import kotlin.concurrent.thread
import kotlin.system.exitProcess

/**
 * Sends each line of standard input to a wallet as it is, and prints each message of the wallet as a line, flushed.
 * The argument is the configuration that opens it. The end of input closes the wallet; after its last message the
 * program ends.
 */
fun main(arguments: Array<String>) {
    if (arguments.size != 1) {
        System.err.println("usage: conversation CONFIGURATION")
        exitProcess(64)
    }
    val wallet = Fex.open(arguments[0].encodeToByteArray())
    thread(isDaemon = true) {
        val input = System.`in`.buffered()
        while (true) Fex.send(wallet, input.readLine() ?: break)
        Fex.close(wallet)
    }
    do {
        val message = checkNotNull(Fex.receive(wallet, -1))
        System.out.write(message + '\n'.code.toByte())
        System.out.flush()
    } while (message.decodeToString() != """{"closed":true}""")
    // Only now, should the wallet have closed by a message: the files are closed when this returns.
    Fex.close(wallet)
    exitProcess(0)
}

/** The bytes up to the next line feed, or to the end; null at the end. They need not be UTF-8. */
private fun InputStream.readLine(): ByteArray? {
    val line = ByteArrayOutputStream()
    while (true) {
        when (val byte = read()) {
            -1 -> return line.toByteArray().takeUnless { it.isEmpty() }
            '\n'.code -> return line.toByteArray()
            else -> line.write(byte)
        }
    }
}
