package fexwallet

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** An object of these members, without those that are null. A null that is to be said is a `JsonNull`. */
internal fun members(vararg members: Pair<String, Any?>): JsonObject =
    JsonObject(members.mapNotNull { (name, value) -> value?.let { name to element(it) } }.toMap())

private fun element(value: Any): JsonElement = when (value) {
    is JsonElement -> value
    is String -> JsonPrimitive(value)
    is Boolean -> JsonPrimitive(value)
    is Number -> JsonPrimitive(value)
    is List<*> -> JsonArray(value.map { element(requireNotNull(it)) })
    else -> throw IllegalArgumentException("no JSON is made of ${value.javaClass}")
}

/**
 * The message in UTF-8.
 *
 * @throws WalletException `bad_parameter` where a text holds half a character: another in its place would be another
 *   code or name.
 */
internal fun JsonObject.encoded(): ByteArray = try {
    toString().encodeToByteArray(throwOnInvalidSequence = true)
} catch (error: CharacterCodingException) {
    throw WalletException("bad_parameter", "a text holds half a character", "never", "not_moved", error)
}

/** The message that these bytes are, which has to be an object in UTF-8. */
internal fun parsed(bytes: ByteArray): JsonObject =
    Json.parseToJsonElement(bytes.decodeToString(throwOnInvalidSequence = true)).asObject()

/** This, which has to be an object. */
internal fun JsonElement.asObject(): JsonObject = requireNotNull(this as? JsonObject) { "not an object" }

/** A member that is a text; null where it is missing or something else. */
internal fun JsonObject.text(name: String): String? = (get(name) as? JsonPrimitive)?.takeIf { it.isString }?.content

/** A member that is an integer; null where it is missing or something else. */
internal fun JsonObject.integer(name: String): Long? =
    (get(name) as? JsonPrimitive)?.takeUnless { it.isString }?.content?.toLongOrNull()
