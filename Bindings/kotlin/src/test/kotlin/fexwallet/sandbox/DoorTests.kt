package fexwallet.sandbox

import fexwallet.Fex
import java.io.File
import java.lang.ProcessBuilder.Redirect.INHERIT
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.int
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.rules.Timeout

/** What a host may get wrong at the C door, by the real library. */
class DoorTests {
    @get:Rule val folder = TemporaryFolder()
    @get:Rule val patience: Timeout = Timeout.seconds(120)

    // Nobody is there; these tests ask nobody.
    private fun configuration(host: String = "[]") =
        """{"folder":"${folder.root}/wallet","api":"http://127.0.0.1:9","auth":"http://127.0.0.1:9/a","host":$host}"""

    private fun conversation(host: String = "[]") = Conversation(configuration(host))

    @Test fun `what is no message is refused by name, and the next one is answered`() = conversation().use { wallet ->
        wallet.answer(0)
        val long = "{\"id\":1,\"method\":\"parse\",\"params\":{\"code\":\"${"a".repeat(4 shl 20)}\"}}"
        val refused = listOf(
            "no json" to "not_a_message", "[]" to "not_a_message", "" to "not_a_message", "{}" to "not_a_message",
            """{"id":1,"id":1,"method":"status"}""" to "not_a_message", long to "message_too_long",
            """{"id":1,"method":"status"}""" + "\u0000" to "not_a_message",
        )
        for ((message, code) in refused) {
            assertEquals(message.take(50), Fex.NOT_A_MESSAGE, wallet.send(message))
            assertEquals(message.take(50), code, wallet.refusal())
        }
        assertEquals(Fex.NOT_A_MESSAGE, Fex.send(wallet.wallet, byteArrayOf('"'.code.toByte(), -1, '"'.code.toByte())))
        assertEquals("not_a_message", wallet.refusal())
        wallet.send("""{"id":0,"method":"status"}""")
        assertEquals("bad_id", wallet.refusal())
        wallet.send("""{"answer":1,"result":null}""")
        assertEquals("no_question", wallet.refusal())
        wallet.send("""{"id":1,"method":"unheard_of"}""")
        assertEquals("unknown_method", wallet.answer(1).code())
        wallet.send("""{"id":1,"method":"parse","params":{"code":"😀","other":1}}""")
        assertEquals("bad_parameter", wallet.answer(1).code())
        wallet.send("""{"id":1,"method":"parse","params":{"code":"😀"}}""")
        assertTrue("result" in wallet.answer(1))
    }

    @Test fun `a wallet that can't be opened says so, to every request`() {
        for (configuration in listOf("no json", "{}", """{"folder":"relative","api":"a","auth":"b"}""", "\u0000")) {
            Conversation(configuration).use { wallet ->
                wallet.send("""{"id":1,"method":"status"}""")
                assertEquals(wallet.answer(0).code(), wallet.answer(1).code())
            }
        }
    }

    @Test fun `a question that is answered twice, wrongly, or never`() = conversation("""["secrets"]""").use { wallet ->
        fun ask(id: Int): Int {
            wallet.send("""{"id":$id,"method":"status"}""")
            return wallet.receive { "ask" in it }.getValue("id").jsonPrimitive.int
        }
        val first = ask(1)
        repeat(2) { wallet.send("""{"answer":$first,"result":{"secret":null}}""") }
        assertEquals("no_question", wallet.refusal())
        assertTrue("result" in wallet.answer(1))
        val second = ask(2)
        wallet.send("""{"answer":$second,"result":{"secret":"no base64"}}""")
        assertEquals("false", wallet.answer(2).getValue("result").jsonObject.getValue("logged_in").toString())
        val never = ask(3)
        wallet.send("""{"method":"cancel","params":{"id":3}}""")
        assertEquals("cancelled", wallet.answer(3).code())
        // Too late, which is nobody's fault.
        wallet.send("""{"answer":$never,"result":{"secret":null}}""")
        ask(4)
        assertTrue(wallet.passedOver.none { "error" in it })
        wallet.send("""{"id":5,"method":"close"}""")
        assertEquals("cancelled", wallet.answer(4).code())
    }

    @Test fun `closing ends a receive that waits`() {
        val wallet = conversation()
        wallet.answer(0)
        val waiting = CountDownLatch(1)
        var last: String? = null
        val receiver = thread {
            waiting.countDown()
            last = Fex.receive(wallet.wallet, -1)?.decodeToString()
        }
        waiting.await()
        wallet.close()
        receiver.join()
        assertEquals("""{"closed":true}""", last)
        assertEquals("""{"closed":true}""", Fex.receive(wallet.wallet, -1)?.decodeToString())
        assertEquals(Fex.CLOSED, wallet.send("""{"id":1,"method":"status"}"""))
        wallet.close()
        assertNull(Fex.receive(12345, 0))
        assertEquals(Fex.CLOSED, Fex.send(12345, "{}".encodeToByteArray()))
    }

    @Test fun `the conversation shell says and prints messages as they are`() {
        val shell = ProcessBuilder("sample/conversation", configuration()).redirectError(INHERIT).start()
        val output = shell.inputStream.bufferedReader()
        fun next(): JsonObject = Json.parseToJsonElement(output.readLine()).jsonObject
        val input = shell.outputStream
        assertEquals(JsonPrimitive(0), next()["id"])
        val request = """{"id":1,"method":"parse","params":{"code":"😀"}}"""
        input.write("$request\nno json\n".encodeToByteArray())
        input.flush()
        val answers = listOf(next(), next())
        assertTrue(answers.any { it["id"] == JsonPrimitive(1) && "result" in it })
        assertTrue(answers.any { it["id"].toString() == "null" && it.code() == "not_a_message" })
        input.close()
        assertEquals("""{"closed":true}""", output.readLine())
        assertNull(output.readLine())
        assertEquals(0, shell.waitFor())
        assertEquals(64, ProcessBuilder("sample/conversation").start().waitFor())
        assertTrue(File(folder.root, "wallet").isDirectory)
    }
}
