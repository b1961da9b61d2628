package fexwallet.liar

import fexwallet.Fex
import fexwallet.FexWallet
import fexwallet.HostHttp
import fexwallet.HostSecrets
import fexwallet.HostSigner
import fexwallet.WalletConfiguration
import java.io.File
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import org.junit.Assert.assertEquals

/** Leads a libfexwallet that says whatever it is told to say (`liar.c`). */
object Liar {
    init {
        // The one that is loaded already: its other functions are not those of fex.h.
        check(Fex.abiVersion() > 0)
        System.load(File(System.getProperty("java.library.path"), "libfexwallet.so").absolutePath)
    }

    fun say(message: String) = sayBytes(message.encodeToByteArray())

    /** The next that it was told. */
    fun heard(): JsonObject = Json.parseToJsonElement(heardBytes().decodeToString()).jsonObject

    /** The id of the next request, which has to be of this method. */
    fun heard(method: String): Long {
        val request = heard()
        assertEquals(method, request["method"]?.jsonPrimitive?.content)
        return request.getValue("id").jsonPrimitive.long
    }

    /** Answers the next request, which has to be of this method. */
    fun answer(method: String, result: String) = say("""{"id":${heard(method)},"result":$result}""")

    external fun reset()
    external fun sayBytes(message: ByteArray)
    external fun heardBytes(): ByteArray
    external fun refuse(status: Int)
    external fun vanish()
    external fun notGivenBack(): Long
    external fun faults(): Int
}

val CONFIGURATION = WalletConfiguration(folder = "/nowhere", api = "https://api.example", auth = "https://auth.example")

/**
 * A test of a wallet that a liar has opened. At its end the library has back what it lent, and was called as fex.h
 * wants.
 */
fun withLiar(
    signer: HostSigner? = null,
    secrets: HostSecrets? = null,
    http: HostHttp? = null,
    test: suspend CoroutineScope.(FexWallet) -> Unit,
) {
    Liar.reset()
    runBlocking(Dispatchers.IO) {
        Liar.say("""{"id":0,"result":{"version":"1","recovery":null}}""")
        FexWallet.open(CONFIGURATION, signer, secrets, http).use { wallet ->
            Liar.heard()
            test(wallet)
        }
    }
    assertEquals("strings that were not given back", 0, Liar.notGivenBack())
    assertEquals("calls that fex.h forbids", 0, Liar.faults())
}

fun json(text: String): JsonObject = Json.parseToJsonElement(text).jsonObject
