package fexwallet

import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlin.io.encoding.Base64

/** Answers the wallet's questions by what the host brought. */
internal class HostAnswers(
    private val signer: HostSigner?,
    private val secrets: HostSecrets?,
    private val http: HostHttp?,
) {
    /** What is asked of this host. */
    val capabilities: List<String> = buildList {
        if (signer != null) add("sign")
        if (secrets != null) add("secrets")
        if (http != null) add("http")
    }

    /** The answer to a question: its `result`, or its `error`. Throws nothing but the coroutine's own cancellation. */
    suspend fun answer(ask: String, params: JsonObject): JsonObject = try {
        members("result" to result(ask, params))
    } catch (error: Throwable) {
        // A host's own withTimeout ends in a CancellationException too: only ours leaves the question unanswered.
        currentCoroutineContext().ensureActive()
        members("error" to described(ask, error))
    }

    /** The answer in place of one that is longer than a message. */
    fun tooLong(ask: String): JsonObject {
        val code = if (ask == "http") "body_too_large" else failure(ask)
        return members("error" to members("code" to code, "message" to "more than a message holds"))
    }

    private suspend fun result(ask: String, params: JsonObject): JsonElement = when (ask) {
        "key.load" -> members("public_key" to binary(signer.asked().loadKey()))
        "key.make" -> members("public_key" to binary(signer.asked().makeKey()))
        "sign" -> members("signature" to binary(signer.asked().sign(params.requiredBinary("message"))))
        "secret.load" -> members("secret" to binary(secrets.asked().load(params.required("name"))))
        "secret.save" -> {
            secrets.asked().save(params.required("name"), params.requiredBinary("secret"))
            members()
        }
        "secret.remove" -> {
            secrets.asked().remove(params.required("name"))
            members()
        }
        "http" -> answered(http.asked().send(call(params)))
        else -> error("no such question")
    }

    private fun call(params: JsonObject) = HttpCall(
        method = params.required("method"),
        url = params.required("url"),
        headers = (params["headers"] as JsonArray).map { header ->
            val (name, value) = (header as JsonArray).map { (it as JsonPrimitive).content }
            name to value
        },
        body = if (params["body"] is JsonNull) null else params.requiredBinary("body"),
        connectTimeoutMillis = requireNotNull(params.integer("connect_timeout_ms")),
        timeoutMillis = requireNotNull(params.integer("timeout_ms")),
        bodyLimit = requireNotNull(params.integer("body_limit")),
    )

    private fun answered(answer: HttpAnswer) = members(
        "status" to answer.status,
        "headers" to answer.headers.map { listOf(it.first, it.second) },
        "body" to binary(answer.body),
    )

    /** The text of an exception that isn't meant for the wallet may hold secrets: its type is told. */
    private fun described(ask: String, error: Throwable): JsonObject = when (error) {
        is HostException -> members(
            "code" to error.code,
            "message" to error.message,
            "may_have_been_sent" to false.takeUnless { error.mayHaveBeenSent },
        )
        else -> members("code" to failure(ask), "message" to error.javaClass.name)
    }

    private fun failure(ask: String): String = when {
        ask == "http" -> "connection_lost"
        ask.startsWith("secret.") -> "secret_store_failed"
        else -> "signer_failed"
    }

    private fun <T : Any> T?.asked(): T = checkNotNull(this) { "the wallet asks for what this host did not offer" }

    private fun JsonObject.required(name: String): String = requireNotNull(text(name)) { "the question has no $name" }
    private fun JsonObject.requiredBinary(name: String): ByteArray = Base64.decode(required(name))
    private fun binary(bytes: ByteArray?): JsonElement = bytes?.let { JsonPrimitive(Base64.encode(it)) } ?: JsonNull
}
