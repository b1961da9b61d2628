package fexwallet.liar

import fexwallet.Consent
import fexwallet.Fex
import fexwallet.FexWallet
import fexwallet.MalformedDocument
import fexwallet.ShownTerms
import fexwallet.WalletClosedException
import fexwallet.WalletConfiguration
import fexwallet.refused
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.Timeout

class RequestTests {
    @get:Rule val patience: Timeout = Timeout.seconds(60)

    private val terms = ShownTerms(intent = "i", amount = "1.00", currency = "USD", merchant = "m")

    @Test fun `a request says its method and what was given, and nothing else`() = withLiar { wallet ->
        val history = async { wallet.history(limit = 20, search = "crème 😀") }
        val request = Liar.heard()
        assertEquals(json("""{"id":1,"method":"history","params":{"limit":20,"search":"crème 😀"}}"""), request)
        Liar.say("""{"id":1,"result":{"transactions":[],"next":"😀","unheard_of":[1]}}""")
        assertEquals("😀", history.await().next)
    }

    @Test fun `what the person saw is what is sent`() = withLiar { wallet ->
        val payment = launch { wallet.pay(ShownTerms("i", "29.99", "USD", "m"), "lunch", Consent.AMOUNT_TYPED) }
        val terms = """"intent":"i","amount":"29.99","currency":"USD","merchant":"m""""
        val params = """{$terms,"reason":"lunch","consent":"amount_typed"}"""
        assertEquals(json("""{"id":1,"method":"pay","params":$params}"""), Liar.heard())
        payment.cancelAndJoin()
    }

    @Test fun `answers come in any order`() = withLiar { wallet ->
        val first = async(start = CoroutineStart.UNDISPATCHED) { refused("not_found") { wallet.show("a") } }
        val second = async(start = CoroutineStart.UNDISPATCHED) { wallet.code() }
        val ids = listOf(Liar.heard("show"), Liar.heard("code"))
        Liar.say("""{"id":${ids[1]},"result":{"scan_token":"t","svg":"s"}}""")
        assertEquals("t", second.await().scanToken)
        Liar.say("""{"id":${ids[0]},"error":{"code":"not_found","message":"m","retry":"never","money":"not_moved"}}""")
        first.await()
    }

    @Test fun `an error is thrown by its code, with what may be done and whether money moved`() = withLiar { wallet ->
        val answer = async { refused("platform_unavailable") { wallet.pay(terms) } }
        val error = """{"code":"platform_unavailable","message":"später 😀","retry":"same_key","money":"unknown"}"""
        Liar.say("""{"id":${Liar.heard("pay")},"error":$error}""")
        val thrown = answer.await()
        assertEquals(listOf("später 😀", "same_key", "unknown"), listOf(thrown.message, thrown.retry, thrown.money))
    }

    @Test fun `an answer of another shape is a fault, and money is unknown`() = withLiar { wallet ->
        val answers = listOf(
            """"result":{"limits":7}""", """"result":{}""", """"result":[]""", """"result":null""",
            """"error":{"code":"x"}""", """"error":"x"""", """"other":1""",
        )
        for (answer in answers) {
            val limits = async { refused("internal") { wallet.limits() } }
            Liar.say("""{"id":${Liar.heard("limits")},$answer}""")
            assertEquals("unknown", limits.await().money)
        }
        val limits = async { refused("internal") { wallet.limits() } }
        Liar.answer("limits", """{"limits":[{}]}""")
        assertEquals("Limits.limits[0].currency", (limits.await().cause as MalformedDocument).place)
    }

    @Test fun `answers twice, late and to nobody are dropped`() = withLiar { wallet ->
        Liar.say("""{"id":77,"result":{"limits":[]}}""")
        Liar.say("""{"id":null,"error":{"code":"no_question","message":"m","retry":"never","money":"not_moved"}}""")
        Liar.say("""{"id":"1","result":{"limits":[]}}""")
        Liar.say("""{"id":0,"result":{}}""")
        Liar.say("""{"event":"unheard_of","value":{}}""")
        Liar.say("""{"unheard_of":1}""")
        val limits = async { wallet.limits() }
        val id = Liar.heard("limits")
        repeat(2) { Liar.say("""{"id":$id,"result":{"limits":[]}}""") }
        limits.await()
        val outbox = async { wallet.outbox() }
        Liar.answer("outbox", """{"decisions":[]}""")
        assertEquals(0, outbox.await().decisions.size)
    }

    @Test fun `what can't be read leaves nobody waiting`() = withLiar { wallet ->
        val broken = listOf("no json", "[]", "7", "", "{", """{"id":1,"result":""", "[".repeat(200_000))
        for (message in broken.map { it.encodeToByteArray() } + byteArrayOf('{'.code.toByte(), 0xFF.toByte())) {
            val requests = List(3) { async { refused("internal") { wallet.limits() } } }
            repeat(3) { Liar.heard("limits") }
            Liar.sayBytes(message)
            assertTrue(requests.awaitAll().all { it.money == "unknown" })
        }
        val limits = async { wallet.limits() }
        Liar.answer("limits", """{"limits":[]}""")
        limits.await()
    }

    @Test fun `cancelling a coroutine cancels its request, whose late answer is dropped`() = withLiar { wallet ->
        val sync = launch { wallet.sync() }
        val id = Liar.heard("sync")
        sync.cancelAndJoin()
        assertEquals(json("""{"method":"cancel","params":{"id":$id}}"""), Liar.heard())
        Liar.say("""{"id":$id,"error":{"code":"cancelled","message":"m","retry":"same_key","money":"not_moved"}}""")
        val limits = async { wallet.limits() }
        assertEquals(id + 1, Liar.heard("limits"))
        Liar.say("""{"id":${id + 1},"result":{"limits":[]}}""")
        limits.await()
    }

    @Test fun `an answered request is not cancelled any more`() = withLiar { wallet ->
        val job = launch {
            wallet.limits()
            Channel<Unit>().receive()
        }
        Liar.answer("limits", """{"limits":[]}""")
        val outbox = async { wallet.outbox() }
        Liar.answer("outbox", """{"decisions":[]}""")
        outbox.await()
        job.cancelAndJoin()
        launch { refused("closed") { wallet.code() } }
        Liar.heard("code")
        wallet.close()
    }

    @Test fun `what is too long or holds half a character is not sent`() = withLiar { wallet ->
        Liar.refuse(Fex.NOT_A_MESSAGE)
        assertEquals("not_moved", refused("message_too_long") { wallet.scan("long") }.money)
        assertEquals("not_moved", refused("bad_parameter") { wallet.scan("\uD83D") }.money)
        val limits = async { wallet.limits() }
        Liar.answer("limits", """{"limits":[]}""")
        limits.await()
    }

    @Test fun `closing answers whoever waits, and use after it is refused`() = withLiar { wallet ->
        val requests = List(3) { async { refused("closed") { wallet.pay(terms) } } }
        repeat(3) { Liar.heard("pay") }
        wallet.close()
        assertTrue(requests.awaitAll().all { it is WalletClosedException && it.money == "unknown" })
        assertEquals("not_moved", refused("closed") { wallet.pay(terms) }.money)
        wallet.close()
    }

    @Test fun `an error that says closed is the same exception`() = withLiar { wallet ->
        val answer = async { refused("closed") { wallet.sync() } }
        Liar.say(
            """{"id":${Liar.heard("sync")},"error":
                {"code":"closed","message":"m","retry":"never","money":"moved"}}""")
        assertTrue(answer.await().let { it is WalletClosedException && it.money == "moved" })
    }

    @Test fun `a wallet that closes by itself, or is none, ends everything`() {
        for (end in listOf({ Liar.say("""{"closed":true}""") }, { Liar.vanish() })) withLiar { wallet ->
            val sync = async { refused("closed") { wallet.sync() } }
            Liar.heard("sync")
            end()
            sync.await()
            refused("closed") { wallet.sync() }
        }
    }

    @Test fun `close may be called on the thread that receives`() = withLiar { wallet ->
        val limits = launch(Dispatchers.Unconfined) {
            wallet.limits()
            wallet.close()
        }
        Liar.answer("limits", """{"limits":[]}""")
        limits.join()
        refused("closed") { wallet.limits() }
    }

    @Test fun `what can't be opened says why, and is closed`() = runBlocking<Unit>(Dispatchers.IO) {
        for ((code, answer) in listOf(
            "storage_newer" to """"error":{"code":"storage_newer","message":"m","retry":"never","money":"not_moved"}""",
            "internal" to """"result":{"version":7}""",
        )) {
            Liar.reset()
            Liar.say("""{"id":0,$answer}""")
            refused(code) { FexWallet.open(CONFIGURATION) }
            Liar.heard()
            assertEquals(0, Liar.notGivenBack())
        }
        Liar.reset()
        val opening = launch { FexWallet.open(CONFIGURATION) }
        Liar.heard()
        opening.cancelAndJoin()
    }

    @Test fun `a configuration says all that was given`() = runBlocking<Unit>(Dispatchers.IO) {
        Liar.reset()
        val credentials = WalletConfiguration.EventCredentials("user", "password")
        val configuration = WalletConfiguration("/f", "a", "b", "nats://e", credentials, "/pem", true)
        assertTrue("password" !in "$configuration $credentials")
        val opening = launch { refused("closed") { FexWallet.open(configuration) } }
        assertEquals(
            json("""{"folder":"/f","api":"a","auth":"b","events":"nats://e","event_credentials":
                {"user":"user","password":"password"},"authorities":"/pem","insecure":true,"host":[]}"""),
            Liar.heard())
        Liar.say("""{"closed":true}""")
        opening.join()
    }

    @Test fun `a device login shows its page, and ends with what shows it`() = withLiar { wallet ->
        val prompt = """{"page":"p","page_with_code":"q","user_code":"c","expires_at":"2026-11-30T00:00:00Z"}"""
        val pages = Channel<String>(Channel.UNLIMITED)
        val login = async { wallet.loginDevice("till") { pages.send(it.page) } }
        val id = Liar.heard("login.device")
        Liar.say("""{"event":"login","value":$prompt}""")
        assertEquals("p", pages.receive())
        Liar.say("""{"id":$id,"result":{"wallet":"w","balance":"1.00","currency":"USD"}}""")
        assertEquals("w", login.await().wallet)

        val failing = async { runCatching { wallet.loginDevice("till") { throw IllegalStateException("no screen") } } }
        val second = Liar.heard("login.device")
        Liar.say("""{"event":"login","value":$prompt}""")
        assertEquals("no screen", failing.await().exceptionOrNull()?.message)
        assertEquals(json("""{"method":"cancel","params":{"id":$second}}"""), Liar.heard())
    }

    @Test fun `pure methods need no wallet`() {
        Liar.reset()
        Liar.say("""{"id":1,"result":{"version":"2","abi":1000}}""")
        assertEquals(1000, FexWallet.version().abi)
        assertEquals(json("""{"id":1,"method":"version","params":{}}"""), Liar.heard())
        for (answer in listOf("no json", "{}", """{"id":1,"result":{"version":2}}""")) {
            Liar.say(answer)
            runBlocking { refused("internal") { FexWallet.version() } }
        }
        Liar.say("""{"id":1,"error":{"code":"bad_parameter","message":"m","retry":"never","money":"not_moved"}}""")
        runBlocking { refused("bad_parameter") { FexWallet.money("x", "USD") } }
        assertEquals(0, Liar.notGivenBack())
    }

    @Test fun `eight threads at once, some of whom give up`() = withLiar { wallet ->
        val each = 500
        val answered = AtomicInteger()
        val answering = launch {
            do {
                val request = Liar.heard()
                val code = request.getValue("params").jsonObject.getValue("id").jsonPrimitive.content
                val error = """{"code":"$code","message":"😀","retry":"never","money":"moved"}"""
                request["id"]?.let { Liar.say("""{"id":$it,"error":$error}""") }
            } while (code != "stop")
        }
        val threads = List(8) { thread ->
            launch(Dispatchers.IO) {
                repeat(each) { number ->
                    val asking = launch {
                        refused("c$thread-$number") { wallet.show("c$thread-$number") }
                        answered.incrementAndGet()
                    }
                    if (number % 7 == 0) asking.cancelAndJoin() else asking.join()
                }
            }
        }
        threads.joinAll()
        assertTrue(answered.get() >= 8 * (each - each / 7 - 1))
        refused("stop") { wallet.show("stop") }
        answering.join()
    }
}
