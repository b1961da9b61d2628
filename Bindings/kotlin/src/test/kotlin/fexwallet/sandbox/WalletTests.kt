package fexwallet.sandbox

import fexwallet.FexWallet
import fexwallet.HostException
import fexwallet.HostSigner
import fexwallet.ShownTerms
import fexwallet.WalletException
import fexwallet.jvm.KeyStoreFile
import fexwallet.jvm.KeyStoreSigner
import fexwallet.refused
import fexwallet.shown
import java.io.File
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.Timeout

/** Waiting, cancelling, closing and failing, by the real library. */
class WalletTests {
    @get:Rule val sandbox = Sandbox()
    @get:Rule val patience: Timeout = Timeout.seconds(120)

    @Test fun `a device login waits for the person`() = runBlocking<Unit> {
        FexWallet.open(sandbox.configuration()).use { wallet ->
            assertFalse(wallet.status().loggedIn)
            val account = wallet.loginDevice("Kotlin 😀") { sandbox.allow(it.page, it.userCode) }
            assertEquals("1000.00" to "USD", account.balance to account.currency)
            assertEquals("Kotlin 😀", wallet.devices().devices.single { it.thisDevice }.name)
            assertTrue(wallet.doctor().checks.isNotEmpty())
            wallet.logout()
            refused("not_logged_in") { wallet.balance(refresh = true) }
        }
    }

    @Test fun `cancelling ends the waiting, and the wallet goes on`() = runBlocking<Unit> {
        FexWallet.open(sandbox.configuration()).use { wallet ->
            val shown = CompletableDeferred<Unit>()
            val login = launch { wallet.loginDevice("till") { shown.complete(Unit) } }
            shown.await()
            login.cancelAndJoin()
            assertFalse(wallet.status().loggedIn)
        }
    }

    @Test fun `closing ends whoever waits, and use after it is refused`() = runBlocking<Unit>(Dispatchers.IO) {
        val wallet = FexWallet.open(sandbox.configuration())
        val shown = CompletableDeferred<Unit>()
        val login = async { runCatching { wallet.loginDevice("till") { shown.complete(Unit) } } }
        shown.await()
        wallet.close()
        val code = (login.await().exceptionOrNull() as WalletException).code
        assertTrue(code, code in setOf("cancelled", "closed"))
        refused("closed") { wallet.status() }
        wallet.close()
        // The folder is free again.
        FexWallet.open(sandbox.configuration()).close()
    }

    @Test fun `errors have their names`() = runBlocking<Unit> {
        sandbox.loggedIn().use { wallet ->
            refused("already_open") { FexWallet.open(sandbox.configuration()) }
            refused("bad_parameter") { wallet.history(limit = 0) }
            refused("bad_parameter") { wallet.pay(ShownTerms("no id, surely", "1.00", "USD", "m")) }
            refused("not_found") { wallet.show("nothing") }
            refused("not_found") { wallet.pay(ShownTerms("nothing", "1.00", "USD", "nobody")) }
            refused("message_too_long") { wallet.scan("a".repeat(5 shl 20)) }
            refused("terms_changed") {
                val intent = checkNotNull(wallet.scan(sandbox.codeToPay("2.00")).paymentIntent)
                wallet.pay(intent.shown.copy(amount = "1.00"))
            }
        }
        refused("bad_parameter") { FexWallet.money("a lot", "US") }
        assertEquals("35.50", FexWallet.money("35.5", "USD").amount)
        assertEquals("foreign", FexWallet.parse("😀").kind)
        assertEquals(1000, FexWallet.version().abi)
    }

    @Test fun `a signer that answers wrongly is an error, and nothing is decided`() = runBlocking<Unit> {
        val answers = ArrayDeque<suspend () -> ByteArray>()
        val liar = object : HostSigner {
            val file = File(sandbox.folder, "keys.p12").toPath()
            val keys = KeyStoreSigner(KeyStoreFile(file, "password".toCharArray()))
            override suspend fun loadKey() = keys.loadKey()
            override suspend fun makeKey() = keys.makeKey()
            override suspend fun sign(message: ByteArray) = answers.removeFirstOrNull()?.invoke() ?: keys.sign(message)
        }
        sandbox.loggedIn(signer = liar).use { wallet ->
            val intent = checkNotNull(wallet.scan(sandbox.codeToPay("2.00")).paymentIntent)
            suspend fun pay() = wallet.pay(intent.shown)
            answers += { ByteArray(63) }
            assertEquals("not_moved", refused("signer_failed") { pay() }.money)
            answers += { throw HostException("signing_declined", "no") }
            assertEquals("not_moved", refused("signing_declined") { pay() }.money)
            val asked = CompletableDeferred<Unit>()
            answers += {
                asked.complete(Unit)
                awaitCancellation()
            }
            val waiting = launch { pay() }
            asked.await()
            waiting.cancelAndJoin()
            assertEquals("confirmed", pay().decision.state)
            assertEquals(listOf("2.00"), sandbox.movedFor(intent.id))
        }
    }

    @Test fun `eight threads at once, some of whom give up`() = runBlocking<Unit> {
        val each = System.getenv("FEX_MESSAGES")?.let { it.toInt() / 8 } ?: 250
        sandbox.loggedIn().use { wallet ->
            val answered = AtomicInteger()
            val threads = List(8) { number ->
                thread {
                    runBlocking {
                        repeat(each) { count ->
                            val asking = launch {
                                when ((count + number) % 4) {
                                    0 -> wallet.status()
                                    1 -> wallet.history(limit = 5, search = "😀")
                                    2 -> refused("bad_parameter") { wallet.history(limit = -1) }
                                    else -> wallet.outbox()
                                }
                                answered.incrementAndGet()
                            }
                            if (count % 9 == 0) asking.cancelAndJoin() else asking.join()
                        }
                    }
                }
            }
            threads.forEach { it.join() }
            assertTrue(answered.get() >= 8 * (each - each / 9 - 1))
        }
    }
}
