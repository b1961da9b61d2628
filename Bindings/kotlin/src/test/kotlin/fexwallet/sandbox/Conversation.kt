package fexwallet.sandbox

import fexwallet.Fex
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** A wallet at the C door: says messages as they are, and looks through what comes back. */
class Conversation(configuration: String) : AutoCloseable {
    val wallet: Long = Fex.open(configuration.encodeToByteArray())
    /** What came and was not what was waited for. */
    val passedOver = mutableListOf<JsonObject>()

    fun send(message: String): Int = Fex.send(wallet, message.encodeToByteArray())

    /** The first message that [matches], now or when it comes. The others stay. */
    fun receive(matches: (JsonObject) -> Boolean): JsonObject {
        passedOver.indexOfFirst(matches).let { if (it >= 0) return passedOver.removeAt(it) }
        while (true) {
            val message = Json.parseToJsonElement(checkNotNull(Fex.receive(wallet, -1)).decodeToString()).jsonObject
            if (matches(message)) return message
            check("closed" !in message) { "closed, and never came: what is waited for" }
            passedOver += message
        }
    }

    /** The answer to a request. */
    fun answer(id: Int): JsonObject = receive { it["id"] == JsonPrimitive(id) && "ask" !in it }

    /** The code of the next error that is nobody's answer. */
    fun refusal(): String = receive { it["id"]?.toString() == "null" }.code()

    override fun close() = Fex.close(wallet)
}

/** The code of an error that a message is. */
fun JsonObject.code(): String = getValue("error").jsonObject.getValue("code").jsonPrimitive.content
