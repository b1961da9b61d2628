package fexwallet.liar

import fexwallet.Fex
import fexwallet.FexWallet
import fexwallet.HostException
import fexwallet.HostHttp
import fexwallet.HostSecrets
import fexwallet.HostSigner
import fexwallet.HttpAnswer
import fexwallet.HttpCall
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.JsonObject
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.Timeout

class QuestionTests {
    @get:Rule val patience: Timeout = Timeout.seconds(60)

    private open class Signer : HostSigner {
        override suspend fun loadKey(): ByteArray? = null
        override suspend fun makeKey(): ByteArray = byteArrayOf(1, 2, 3, -1)
        override suspend fun sign(message: ByteArray): ByteArray = message.reversedArray()
    }

    private open class Secrets : HostSecrets {
        val kept = mutableMapOf<String, ByteArray>()
        override suspend fun load(name: String): ByteArray? = kept[name]
        override suspend fun save(name: String, secret: ByteArray) = kept.set(name, secret)
        override suspend fun remove(name: String) {
            kept.remove(name)
        }
    }

    private class Http(val answer: suspend (HttpCall) -> HttpAnswer) : HostHttp {
        override suspend fun send(call: HttpCall): HttpAnswer = answer(call)
    }

    private fun ask(id: Int, ask: String, params: String = "{}"): JsonObject {
        Liar.say("""{"ask":"$ask","id":$id,"params":$params}""")
        return Liar.heard()
    }

    private val call =
        """{"method":"POST","url":"https://api.example/a","headers":[["A","b"],["A","c"]],"body":"/w==",
            "connect_timeout_ms":1,"timeout_ms":2,"body_limit":3}"""

    @Test fun `the configuration names what the host brought`() {
        Liar.reset()
        Liar.say("""{"id":0,"result":{"version":"1","recovery":null}}""")
        val http = Http { throw IllegalStateException() }
        runBlocking { FexWallet.open(CONFIGURATION, Signer(), Secrets(), http).close() }
        assertEquals(json("""{"h":["sign","secrets","http"]}""")["h"], Liar.heard()["host"])
    }

    @Test fun `keys and signatures cross whole`() = withLiar(signer = Signer()) {
        assertEquals(json("""{"answer":1,"result":{"public_key":null}}"""), ask(1, "key.load"))
        assertEquals(json("""{"answer":2,"result":{"public_key":"AQID/w=="}}"""), ask(2, "key.make"))
        assertEquals(
            json("""{"answer":3,"result":{"signature":"/wMCAQ=="}}"""), ask(3, "sign", """{"message":"AQID/w=="}"""))
    }

    @Test fun `secrets cross whole`() = withLiar(secrets = Secrets()) {
        val name = """"name":"né 😀""""
        assertEquals(json("""{"answer":1,"result":{"secret":null}}"""), ask(1, "secret.load", "{$name}"))
        assertEquals(json("""{"answer":2,"result":{}}"""), ask(2, "secret.save", """{$name,"secret":"AP8="}"""))
        assertEquals(json("""{"answer":3,"result":{"secret":"AP8="}}"""), ask(3, "secret.load", "{$name}"))
        assertEquals(json("""{"answer":4,"result":{}}"""), ask(4, "secret.remove", "{$name}"))
        assertEquals(json("""{"answer":5,"result":{"secret":null}}"""), ask(5, "secret.load", "{$name}"))
    }

    @Test fun `a call crosses whole`() {
        val calls = Channel<HttpCall>(1)
        val http = Http {
            calls.send(it)
            HttpAnswer(418, listOf("B" to "d", "B" to "e"), byteArrayOf(-1, 0))
        }
        withLiar(http = http) {
            val answer = """{"status":418,"headers":[["B","d"],["B","e"]],"body":"/wA="}"""
            assertEquals(json("""{"answer":1,"result":$answer}"""), ask(1, "http", call))
            val heard = calls.receive()
            assertEquals(
                listOf("POST", "https://api.example/a", listOf("A" to "b", "A" to "c"), listOf<Byte>(-1), 1L, 2L, 3L),
                heard.run {
                    listOf(method, url, headers, body?.toList(), connectTimeoutMillis, timeoutMillis, bodyLimit)
                })
            ask(2, "http", call.replace(""""/w=="""", "null"))
            assertEquals(null, calls.receive().body)
        }
    }

    @Test fun `what a host throws has a code, and never a text that was not meant for it`() {
        val failing = object : Signer() {
            override suspend fun loadKey() = throw IllegalStateException("the password is 1234")
            override suspend fun makeKey() = TODO("not for me")
            override suspend fun sign(message: ByteArray) = throw HostException("signing_declined", "no 😀")
        }
        withLiar(signer = failing) {
            val error = """{"code":"signer_failed","message":"java.lang.IllegalStateException"}"""
            assertEquals(json("""{"answer":1,"error":$error}"""), ask(1, "key.load"))
            assertEquals(json("""{"a":"signer_failed"}""")["a"], error(ask(2, "key.make"))["code"])
            assertEquals(
                json("""{"answer":3,"error":{"code":"signing_declined","message":"no 😀"}}"""),
                ask(3, "sign", """{"message":""}"""))
        }
        val unreachable = Http { throw HostException("unreachable", "m", mayHaveBeenSent = false) }
        withLiar(http = unreachable) {
            val error = """{"code":"unreachable","message":"m","may_have_been_sent":false}"""
            assertEquals(json("""{"answer":1,"error":$error}"""), ask(1, "http", call))
        }
        withLiar(http = Http { withTimeout(1) { awaitCancellation() } }) {
            assertEquals(json("""{"a":"connection_lost"}""")["a"], error(ask(1, "http", call))["code"])
        }
    }

    private fun error(answer: JsonObject) = answer["error"] as JsonObject

    @Test fun `questions that make no sense are answered with an error`() = withLiar(Signer(), Secrets()) {
        val questions = listOf(
            "http" to call, "unheard_of" to "{}", "sign" to "{}", "sign" to """{"message":"?"}""", "sign" to "7",
            "secret.load" to """{"name":7}""", "secret.save" to """{"name":"a"}""",
        )
        for ((index, question) in questions.withIndex()) {
            val answer = ask(index, question.first, question.second)
            assertTrue("$question: $answer", "error" in answer)
        }
        // What is no question is answered by nobody.
        Liar.say("""{"ask":"key.load","id":"1","params":{}}""")
        Liar.say("""{"ask":"key.load","params":{}}""")
        assertEquals(json("""{"answer":9,"result":{"public_key":null}}"""), ask(9, "key.load"))
    }

    @Test fun `an answer that no message holds is an error`() {
        withLiar(http = Http { HttpAnswer(200, listOf(), byteArrayOf(1)) }) {
            Liar.refuse(Fex.NOT_A_MESSAGE)
            val error = """{"code":"body_too_large","message":"more than a message holds"}"""
            assertEquals(json("""{"answer":1,"error":$error}"""), ask(1, "http", call))
        }
    }

    @Test fun `a slow answer keeps nothing else waiting, and closing ends it`() {
        val cancelled = CompletableDeferred<Unit>()
        val never = object : Signer() {
            override suspend fun sign(message: ByteArray): ByteArray = try {
                awaitCancellation()
            } finally {
                cancelled.complete(Unit)
            }
        }
        withLiar(signer = never) { wallet ->
            Liar.say("""{"ask":"sign","id":1,"params":{"message":""}}""")
            assertEquals(json("""{"answer":2,"result":{"public_key":null}}"""), ask(2, "key.load"))
            wallet.close()
            cancelled.await()
        }
    }

    @Test fun `a late answer goes to a closed wallet, which takes none`() {
        val go = CompletableDeferred<Unit>()
        val late = object : Secrets() {
            override suspend fun save(name: String, secret: ByteArray) =
                withContext(NonCancellable) { go.await() }
        }
        withLiar(secrets = late) { wallet ->
            Liar.say("""{"ask":"secret.save","id":1,"params":{"name":"a","secret":""}}""")
            assertEquals(json("""{"answer":2,"result":{"secret":null}}"""), ask(2, "secret.load", """{"name":"a"}"""))
            wallet.close()
            go.complete(Unit)
        }
    }
}
