package fexwallet.jvm

import java.security.KeyPair
import java.security.Signature
import java.security.cert.CertificateFactory
import java.security.cert.X509Certificate

/**
 * A certificate of a P-256 key, signed by itself: a `KeyStore` keeps no private key without one, and Java's public
 * interfaces make none. Nobody is shown it.
 */
internal fun selfSigned(pair: KeyPair): X509Certificate {
    val ecdsaWithSHA256 = der(SEQUENCE, der(OBJECT_IDENTIFIER, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2))
    val commonName = der(OBJECT_IDENTIFIER, 0x55, 4, 3)
    val name = der(SEQUENCE, der(SET, der(SEQUENCE, commonName, der(UTF8_STRING, "device".encodeToByteArray()))))
    val always = der(SEQUENCE, der(UTC_TIME, "250101000000Z".encodeToByteArray()), der(GENERALIZED_TIME, NEVER))
    // RFC 5280, 4.1: without a version it is 1, which has no extensions.
    val certificate =
        der(SEQUENCE, der(INTEGER, 1), ecdsaWithSHA256, name, always, name, pair.public.encoded)
    val signature = Signature.getInstance("SHA256withECDSA").run {
        initSign(pair.private)
        update(certificate)
        sign()
    }
    val signed = der(SEQUENCE, certificate, ecdsaWithSHA256, der(BIT_STRING, byteArrayOf(0), signature))
    return CertificateFactory.getInstance("X.509").generateCertificate(signed.inputStream()) as X509Certificate
}

private const val INTEGER = 0x02
private const val BIT_STRING = 0x03
private const val OBJECT_IDENTIFIER = 0x06
private const val UTF8_STRING = 0x0C
private const val UTC_TIME = 0x17
private const val GENERALIZED_TIME = 0x18
private const val SEQUENCE = 0x30
private const val SET = 0x31

/** RFC 5280, 4.1.2.5: the time of what has no end. */
private val NEVER = "99991231235959Z".encodeToByteArray()

private fun der(tag: Int, vararg content: Int): ByteArray =
    der(tag, ByteArray(content.size) { content[it].toByte() })

private fun der(tag: Int, vararg contents: ByteArray): ByteArray {
    val length = contents.sumOf { it.size }
    val header = when {
        length < 0x80 -> byteArrayOf(length.toByte())
        length < 0x100 -> byteArrayOf(0x81.toByte(), length.toByte())
        else -> byteArrayOf(0x82.toByte(), (length shr 8).toByte(), length.toByte())
    }
    return contents.fold(byteArrayOf(tag.toByte()) + header, ByteArray::plus)
}
