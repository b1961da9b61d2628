package fexwallet.sandbox

import fexwallet.FexWallet
import fexwallet.HostHttp
import fexwallet.HttpAnswer
import fexwallet.HttpCall
import fexwallet.jvm.EncryptedSecrets
import fexwallet.jvm.HttpClientHost
import fexwallet.jvm.KeyStoreFile
import fexwallet.jvm.KeyStoreSigner
import fexwallet.shown
import java.io.File
import java.util.concurrent.ConcurrentLinkedQueue
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.Timeout

/** A host that signs, keeps secrets and does the calls, as an Android shell does. */
class HostTests {
    @get:Rule val sandbox = Sandbox()
    @get:Rule val patience: Timeout = Timeout.seconds(120)

    @Test fun `a whole payment, and another after opening again`() = runBlocking<Unit> {
        val keys = KeyStoreFile(File(sandbox.folder, "keys.p12").toPath(), "password".toCharArray())
        val signer = KeyStoreSigner(keys)
        val kept = File(sandbox.folder, "kept")
        val secrets = EncryptedSecrets(kept.toPath(), keys.secretKey("secrets"))
        val calls = ConcurrentLinkedQueue<String>()
        val http = object : HostHttp {
            val client = HttpClientHost()
            override suspend fun send(call: HttpCall): HttpAnswer {
                calls += call.toString()
                return client.send(call)
            }
        }

        suspend fun pay(wallet: FexWallet, amount: String) {
            val intent = checkNotNull(wallet.scan(sandbox.codeToPay(amount, "Kaffee ☕ 😀")).paymentIntent)
            assertEquals("Kaffee ☕ 😀", intent.description)
            val result = wallet.pay(intent.shown)
            assertEquals("confirmed", result.decision.state)
            assertEquals(listOf(amount), sandbox.movedFor(intent.id))
            assertTrue(calls.any { it.startsWith("POST ") && it.endsWith("/pay") && intent.id in it })
        }
        sandbox.loggedIn("hosted", signer, secrets, http).use { pay(it, "3.00") }
        assertNotNull(signer.loadKey())
        assertTrue(checkNotNull(kept.list()).isNotEmpty())
        // The wallet keeps no secret of its own.
        val files = File(sandbox.folder, "hosted").walk().filter { it.isFile }.map { it.name }.toList()
        assertTrue("$files", files.isNotEmpty() && files.all { "sqlite" in it || "lock" in it })

        FexWallet.open(sandbox.configuration("hosted"), signer, secrets, http).use { wallet ->
            assertTrue(wallet.status().loggedIn)
            pay(wallet, "4.00")
            wallet.sync()
            assertEquals(listOf("4.00", "3.00"), wallet.history().transactions.map { it.amount })
        }
    }
}
