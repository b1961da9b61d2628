package fexwallet.hosts

import fexwallet.HostException
import fexwallet.jvm.EncryptedSecrets
import fexwallet.jvm.KeyStoreFile
import fexwallet.jvm.KeyStoreSigner
import java.io.IOException
import java.math.BigInteger
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption.REPLACE_EXISTING
import java.nio.file.attribute.PosixFilePermissions
import java.security.AlgorithmParameters
import java.security.KeyFactory
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import java.security.spec.ECParameterSpec
import java.security.spec.ECPoint
import java.security.spec.ECPublicKeySpec
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

class KeyStoreTests {
    @get:Rule val folder = TemporaryFolder()

    private val file by lazy { folder.root.toPath().resolve("keys.p12") }
    private fun keys(password: String = "password") = KeyStoreFile(file, password.toCharArray())

    private fun holds(publicKey: ByteArray, message: ByteArray, signature: ByteArray): Boolean {
        val curve = AlgorithmParameters.getInstance("EC").run {
            init(ECGenParameterSpec("secp256r1"))
            getParameterSpec(ECParameterSpec::class.java)
        }
        val (x, y) = listOf(publicKey.copyOfRange(0, 32), publicKey.copyOfRange(32, 64)).map { BigInteger(1, it) }
        val key = KeyFactory.getInstance("EC").generatePublic(ECPublicKeySpec(ECPoint(x, y), curve))
        return Signature.getInstance("SHA256withECDSAinP1363Format").run {
            initVerify(key)
            update(message)
            verify(signature)
        }
    }

    private fun permissions(file: Path) = PosixFilePermissions.toString(Files.getPosixFilePermissions(file))

    @Test fun `signatures hold by the public key, and the key outlives the process`() = runBlocking<Unit> {
        assertNull(KeyStoreSigner(keys()).loadKey())
        val publicKey = KeyStoreSigner(keys()).makeKey()
        val signer = KeyStoreSigner(keys())
        assertArrayEquals(publicKey, signer.loadKey())
        repeat(20) {
            val message = "$it 😀".encodeToByteArray()
            val signature = signer.sign(message)
            assertEquals(64, signature.size)
            assertTrue(holds(publicKey, message, signature))
            assertFalse(holds(publicKey, message + 0, signature))
        }
    }

    @Test fun `a new key takes the old one's place, and leaves the others`() = runBlocking<Unit> {
        val first = KeyStoreSigner(keys()).makeKey()
        val secret = keys().secretKey("secrets").encoded
        val second = KeyStoreSigner(keys()).makeKey()
        assertFalse(first.contentEquals(second))
        assertArrayEquals(second, KeyStoreSigner(keys()).loadKey())
        assertArrayEquals(secret, keys().secretKey("secrets").encoded)
        assertNull(KeyStoreSigner(keys(), "other").loadKey())
    }

    @Test fun `the file is its owner's, and opens by its password alone`() = runBlocking<Unit> {
        KeyStoreSigner(keys()).makeKey()
        assertEquals("rw-------", permissions(file))
        assertThrows(IOException::class.java) { runBlocking { KeyStoreSigner(keys("passwort")).loadKey() } }
        Files.write(file, byteArrayOf(1, 2, 3))
        assertThrows(IOException::class.java) { runBlocking { KeyStoreSigner(keys()).makeKey() } }
        assertArrayEquals("nothing is written over it", byteArrayOf(1, 2, 3), Files.readAllBytes(file))
    }

    @Test fun `secrets come back whole, under any name`() = runBlocking<Unit> {
        val secrets = EncryptedSecrets(folder.root.toPath().resolve("a/b"), keys().secretKey("secrets"))
        assertNull(secrets.load("token"))
        secrets.remove("token")
        val names = listOf("token", "../token", "a/b", "né 😀", "")
        for (name in names) secrets.save(name, name.encodeToByteArray() + 0)
        for (name in names) assertArrayEquals(name.encodeToByteArray() + 0, secrets.load(name))
        secrets.save("token", byteArrayOf(1))
        assertArrayEquals(byteArrayOf(1), secrets.load("token"))
        secrets.remove("token")
        assertNull(secrets.load("token"))
        val files = Files.list(folder.root.toPath().resolve("a/b")).use { it.toList() }
        assertEquals(names.size - 1, files.size)
        for (file in files) assertEquals("rw-------", permissions(file))
    }

    @Test fun `a secret that was altered, cut, or renamed is refused`() = runBlocking<Unit> {
        val place = folder.root.toPath().resolve("secrets")
        val secrets = EncryptedSecrets(place, keys().secretKey("secrets"))
        val secret = ByteArray(64) { 7 }
        secrets.save("one", secret)
        val file = Files.list(place).use { it.toList() }.single()
        val kept = Files.readAllBytes(file)
        assertFalse(kept.toString(Charsets.ISO_8859_1).contains(secret.toString(Charsets.ISO_8859_1)))
        val altered = listOf(ByteArray(0), kept.copyOf(5), kept.copyOf(20), kept.copyOf(kept.size - 1), kept + 0) +
            kept.indices.map { index -> kept.copyOf().also { it[index] = (it[index] + 1).toByte() } }
        for (bytes in altered) {
            Files.write(file, bytes)
            val error = assertThrows(HostException::class.java) { runBlocking { secrets.load("one") } }
            assertEquals("secret_store_failed", error.code)
        }
        Files.write(file, kept)
        assertArrayEquals(secret, secrets.load("one"))
        secrets.save("two", byteArrayOf())
        val other = Files.list(place).use { it.toList() }.single { it != file }
        Files.copy(file, other, REPLACE_EXISTING)
        assertThrows(HostException::class.java) { runBlocking { secrets.load("two") } }
        val otherKey = EncryptedSecrets(place, keys().secretKey("other"))
        assertThrows(HostException::class.java) { runBlocking { otherKey.load("one") } }
    }
}
