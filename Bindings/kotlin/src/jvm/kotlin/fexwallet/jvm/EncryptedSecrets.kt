package fexwallet.jvm

import fexwallet.HostException
import fexwallet.HostSecrets
import java.nio.file.Files
import java.nio.file.Path
import java.security.GeneralSecurityException
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec
import kotlin.io.encoding.Base64
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/**
 * Keeps each secret in a file of its own, encrypted with AES-GCM. Nothing in it is the JVM's alone: with a key of
 * Android's key store it is an Android shell's.
 *
 * @param folder for this store alone. Made for its owner alone if it isn't there.
 * @param key of AES, as from [KeyStoreFile.secretKey].
 */
class EncryptedSecrets(private val folder: Path, private val key: SecretKey) : HostSecrets {
    override suspend fun load(name: String): ByteArray? = withContext(Dispatchers.IO) {
        val file = file(name)
        if (Files.exists(file)) decrypted(name, Files.readAllBytes(file)) else null
    }

    override suspend fun save(name: String, secret: ByteArray): Unit = withContext(Dispatchers.IO) {
        makePrivateFolder(folder)
        writeDurably(file(name), encrypted(name, secret))
    }

    override suspend fun remove(name: String): Unit = withContext(Dispatchers.IO) { removeDurably(file(name)) }

    /** A name may hold what no file's name may. */
    private fun file(name: String): Path = folder.resolve(Base64.UrlSafe.encode(name.encodeToByteArray()) + ".secret")

    private fun encrypted(name: String, secret: ByteArray): ByteArray = cipher().run {
        // The cipher chooses the nonce: a key store's key takes none from others.
        init(Cipher.ENCRYPT_MODE, key)
        // Under another name the file is not this secret.
        updateAAD(name.encodeToByteArray())
        iv + doFinal(secret)
    }

    private fun decrypted(name: String, bytes: ByteArray): ByteArray = try {
        if (bytes.size < NONCE_BYTES + TAG_BITS / 8) throw AEADBadTagException("cut")
        cipher().run {
            init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(TAG_BITS, bytes, 0, NONCE_BYTES))
            updateAAD(name.encodeToByteArray())
            doFinal(bytes, NONCE_BYTES, bytes.size - NONCE_BYTES)
        }
    } catch (error: GeneralSecurityException) {
        throw HostException("secret_store_failed", "a secret was altered, or is of another key", cause = error)
    }

    private fun cipher() = Cipher.getInstance("AES/GCM/NoPadding")

    private companion object {
        const val NONCE_BYTES = 12
        const val TAG_BITS = 128
    }
}
