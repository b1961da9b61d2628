package fexwallet.hosts

import fexwallet.P256
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertThrows
import org.junit.Test

class P256Tests {
    private fun bytes(vararg values: Int) = ByteArray(values.size) { values[it].toByte() }

    private fun number(vararg values: Int) = bytes(0x02, values.size, *values)

    private fun signature(vararg numbers: ByteArray): ByteArray {
        val contents = numbers.fold(ByteArray(0), ByteArray::plus)
        return bytes(0x30, contents.size) + contents
    }

    private val longest = IntArray(32) { 0xFF }

    @Test fun `numbers have 32 bytes, whatever DER leaves out or adds`() {
        val short = ByteArray(31) + bytes(1)
        val long = ByteArray(32) { -1 }
        assertArrayEquals(short + short, P256.signature(signature(number(1), number(1))))
        assertArrayEquals(long + short, P256.signature(signature(number(0, *longest), number(1))))
        assertArrayEquals(short + long, P256.signature(signature(number(1), number(0, *longest))))
    }

    @Test fun `what is no signature is refused`() {
        val good = signature(number(1), number(1))
        val broken = List(good.size) { good.copyOf(it) } + listOf(
            good + 0, signature(number(1)), signature(number(1), number(1), number(1)), signature(number(0), number(1)),
            signature(number(1), number(0x80)), signature(number(1, *longest), number(1)), bytes(0x31) + good.drop(1),
            bytes(0x30, 0x80) + good.drop(2), bytes(0x30, 0x81, 6) + good.drop(2), signature(number(), number(1)),
        )
        for (der in broken) {
            assertThrows(der.contentToString(), IllegalArgumentException::class.java) { P256.signature(der) }
        }
    }
}
