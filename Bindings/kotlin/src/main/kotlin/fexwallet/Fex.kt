package fexwallet

/**
 * `fex.h` as it is: handles are numbers, messages are JSON documents in UTF-8. [FexWallet] stands on it; who wants
 * types, coroutines and exceptions takes that.
 *
 * Every call may be made on any thread, but [receive], which is for one thread at a time. Nothing calls back into the
 * JVM. The first use loads `libfexwallet_jni` by `java.library.path`.
 *
 * @throws ExceptionInInitializerError at the first use, with an [IllegalStateException], where the library has
 *   another major version.
 * @throws UnsatisfiedLinkError at the first use, where the library isn't found.
 */
object Fex {
    /** The message was taken: what comes of it is a message. */
    const val OK: Int = 0

    /** The wallet is closed, or was never opened. Nothing was done. */
    const val CLOSED: Int = 1

    /** It was no message. Nothing was done; a message with `"id": null` says why. */
    const val NOT_A_MESSAGE: Int = 2

    private const val MAJOR_VERSION = 1

    init {
        System.loadLibrary("fexwallet_jni")
        val version = abiVersion()
        check(version / 1000 == MAJOR_VERSION) { "libfexwallet has version $version of fex.h, not $MAJOR_VERSION.x" }
    }

    /** The version of the library's interface: major * 1000 + minor. */
    external fun abiVersion(): Int

    /** Answers a request of a pure method, at once. Uses no wallet, no file and no network. */
    external fun execute(request: ByteArray): ByteArray

    /**
     * Opens a wallet, and returns before any file is touched: the message with `"id": 0` says how it went.
     *
     * @return a handle, which is to be [closed][close].
     */
    external fun open(configuration: ByteArray): Long

    /** Sends a message; never waits for disk or network. Returns [OK], [CLOSED] or [NOT_A_MESSAGE]. */
    external fun send(wallet: Long, message: ByteArray): Int

    /**
     * The next message, waiting for it at most so many [milliseconds]; for as long as it takes where negative. The
     * last one is `{"closed":true}`, given again each time.
     *
     * @return null when the time is up, when another thread is receiving, and for what never was a handle.
     */
    external fun receive(wallet: Long, milliseconds: Int): ByteArray?

    /**
     * Ends all work of a wallet, and waits until its files are closed. A thread in [receive] gets `{"closed":true}`.
     */
    external fun close(wallet: Long)
}
