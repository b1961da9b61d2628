package fexwallet

import java.math.BigInteger
import java.security.interfaces.ECPublicKey

/**
 * Puts keys and signatures of the Java Cryptography Architecture, Android's key store among them, into the forms of a
 * wallet.
 */
object P256 {
    private const val SIZE = 32

    /**
     * A public key as x and y, 32 bytes each.
     *
     * @throws IllegalArgumentException where the key isn't one of a curve of 256 bits.
     */
    fun publicKey(key: ECPublicKey): ByteArray = key.w.affineX.fixed() + key.w.affineY.fixed()

    /**
     * A signature of `SHA256withECDSA`, which is DER, as r and s, 32 bytes each.
     *
     * @throws IllegalArgumentException where it isn't such a signature.
     */
    fun signature(der: ByteArray): ByteArray {
        val sequence = Der(der, 0, der.size)
        val numbers = sequence.element(0x30)
        require(sequence.isAtEnd) { "no signature: something follows" }
        val signature = numbers.number().fixed() + numbers.number().fixed()
        require(numbers.isAtEnd) { "no signature: more than two numbers" }
        return signature
    }

    private fun BigInteger.fixed(): ByteArray {
        require(signum() > 0 && bitLength() <= SIZE * 8) { "not a number of P-256" }
        val bytes = toByteArray()
        return ByteArray(maxOf(0, SIZE - bytes.size)) + bytes.copyOfRange(maxOf(0, bytes.size - SIZE), bytes.size)
    }

    private class Der(private val bytes: ByteArray, private var position: Int, private val end: Int) {
        val isAtEnd get() = position == end

        fun element(tag: Int): Der {
            require(end - position >= 2 && bytes[position].toInt() == tag) { "no signature: not the element $tag" }
            // Lengths from 128 on take more bytes, and no signature of P-256 has them.
            val length = bytes[position + 1].toInt()
            require(length in 1..end - position - 2) { "no signature: an element of $length bytes" }
            return Der(bytes, position + 2, position + 2 + length).also { position = it.end }
        }

        fun number(): BigInteger = element(0x02).let { BigInteger(it.bytes.copyOfRange(it.position, it.end)) }
    }
}
