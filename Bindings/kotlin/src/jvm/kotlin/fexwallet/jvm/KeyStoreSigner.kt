package fexwallet.jvm

import fexwallet.HostSigner
import fexwallet.P256
import java.security.KeyPairGenerator
import java.security.Signature
import java.security.interfaces.ECPublicKey
import java.security.spec.ECGenParameterSpec
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/**
 * Holds the device's key in a file of keys.
 *
 * @param name the key's among those of the file.
 */
class KeyStoreSigner(private val keys: KeyStoreFile, private val name: String = "device") : HostSigner {
    override suspend fun loadKey(): ByteArray? = withContext(Dispatchers.IO) {
        keys.keyPair(name)?.let { (_, publicKey) -> P256.publicKey(publicKey) }
    }

    override suspend fun makeKey(): ByteArray = withContext(Dispatchers.IO) {
        val generator = KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1")) }
        val pair = generator.generateKeyPair()
        keys.saveKeyPair(name, pair.private, selfSigned(pair))
        P256.publicKey(pair.public as ECPublicKey)
    }

    override suspend fun sign(message: ByteArray): ByteArray = withContext(Dispatchers.IO) {
        val (key, _) = checkNotNull(keys.keyPair(name)) { "there is no key" }
        val der = Signature.getInstance("SHA256withECDSA").run {
            initSign(key)
            update(message)
            sign()
        }
        P256.signature(der)
    }
}
