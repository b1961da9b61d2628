package fexwallet.liar

import fexwallet.Fex
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.Timeout

/** The JNI in front of fex.h. */
class DoorTests {
    @get:Rule val patience: Timeout = Timeout.seconds(60)

    private var wallet = 0L

    @Before fun open() {
        Liar.reset()
        wallet = Fex.open("{}".encodeToByteArray())
        Liar.heard()
    }

    @Test fun `bytes cross as they are, both ways`() {
        for (text in listOf("😀", "é", "\u0001", "漢字", "a".repeat(8 shl 20))) {
            assertEquals(Fex.OK, Fex.send(wallet, text.encodeToByteArray()))
            assertArrayEquals(text.encodeToByteArray(), Liar.heardBytes())
            Liar.say(text)
            assertArrayEquals(text.encodeToByteArray(), Fex.receive(wallet, -1))
        }
        assertEquals(0, Liar.notGivenBack())
    }

    @Test fun `bytes that are no UTF-8 are for the library to refuse`() {
        val bytes = byteArrayOf(0xFF.toByte(), 0xC0.toByte(), 0x80.toByte())
        Fex.send(wallet, bytes)
        assertArrayEquals(bytes, Liar.heardBytes())
    }

    @Test fun `what holds a NUL is not cut to a message`() {
        for (text in listOf("{}\u0000", "\u0000{}", "{\u0000}")) {
            Fex.send(wallet, text.encodeToByteArray())
            assertEquals(0, Liar.heardBytes().size)
        }
    }

    @Test fun `nothing to receive is null, and everything received is given back`() {
        assertNull(Fex.receive(wallet, 0))
        repeat(1000) { Liar.say("{}") }
        repeat(1000) { Fex.receive(wallet, -1) }
        assertNull(Fex.receive(wallet, 0))
        Fex.execute("{}".encodeToByteArray())
        assertEquals(0, Liar.notGivenBack())
        assertEquals(0, Liar.faults())
    }

    @Test fun `a closed handle and what never was one are answered`() {
        Fex.close(wallet)
        Fex.close(wallet)
        for (handle in listOf(wallet, 0, -1, Long.MAX_VALUE)) {
            assertEquals(Fex.CLOSED, Fex.send(handle, "{}".encodeToByteArray()))
        }
        repeat(2) { assertEquals("""{"closed":true}""", Fex.receive(wallet, -1)?.decodeToString()) }
    }
}
