package fexwallet.jvm

import java.io.ByteArrayOutputStream
import java.nio.file.Files
import java.nio.file.Path
import java.security.KeyStore
import java.security.PrivateKey
import java.security.cert.X509Certificate
import java.security.interfaces.ECPublicKey
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey

/**
 * A file of keys under a password (PKCS #12), for this process alone. Where a system has a key store of its own, as
 * Android has, that takes its place.
 *
 * Reading and writing block. What can't be read, for want of the right password among others, is an `IOException` or
 * a `GeneralSecurityException`.
 *
 * @param file is made, for its owner alone, with the first key. Its folder has to be there.
 * @param password is copied.
 */
class KeyStoreFile(private val file: Path, password: CharArray) {
    private val password = password.copyOf()
    private val protection = KeyStore.PasswordProtection(this.password)

    /** The key of this name that encrypts (AES, 256 bits). It is made, and durable on return, where there is none. */
    @Synchronized
    fun secretKey(name: String): SecretKey {
        val keys = load()
        (keys.getEntry(name, protection) as? KeyStore.SecretKeyEntry)?.let { return it.secretKey }
        val key = KeyGenerator.getInstance("AES").apply { init(256) }.generateKey()
        keys.setEntry(name, KeyStore.SecretKeyEntry(key), protection)
        save(keys)
        return key
    }

    /** The pair of this name that signs; null where there is none. */
    @Synchronized
    internal fun keyPair(name: String): Pair<PrivateKey, ECPublicKey>? {
        val entry = load().getEntry(name, protection) as? KeyStore.PrivateKeyEntry ?: return null
        return entry.privateKey to entry.certificate.publicKey as ECPublicKey
    }

    /** Keeps a pair in place of any other of its name, durable on return. */
    @Synchronized
    internal fun saveKeyPair(name: String, key: PrivateKey, certificate: X509Certificate) {
        val keys = load()
        keys.setEntry(name, KeyStore.PrivateKeyEntry(key, arrayOf(certificate)), protection)
        save(keys)
    }

    private fun load(): KeyStore = KeyStore.getInstance("PKCS12").apply {
        if (Files.exists(file)) Files.newInputStream(file).use { load(it, password) } else load(null, password)
    }

    private fun save(keys: KeyStore) {
        val bytes = ByteArrayOutputStream().also { keys.store(it, password) }.toByteArray()
        writeDurably(file.toAbsolutePath(), bytes)
    }
}
