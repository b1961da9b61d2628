package fexwallet

import org.junit.Assert.assertEquals

/** What [block] throws, which has to be a [WalletException] of this code. */
suspend fun refused(code: String, block: suspend () -> Unit): WalletException {
    try {
        block()
    } catch (error: WalletException) {
        assertEquals(code, error.code)
        return error
    }
    throw AssertionError("nothing was thrown, and $code was expected")
}
