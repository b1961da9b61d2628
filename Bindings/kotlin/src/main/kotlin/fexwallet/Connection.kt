package fexwallet

import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicLong
import kotlin.concurrent.thread
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject

/**
 * One handle of the library: the requests in flight on it, the topics that are subscribed to, and the thread that
 * receives.
 *
 * That thread hands messages on and waits for nothing else. Whoever waits for a message makes the exception of it, so
 * that its stack trace tells who waited.
 */
internal class Connection(configuration: JsonObject, private val host: HostAnswers) {
    private val wallet = Fex.open(configuration.encoded())
    private val lastId = AtomicLong()
    private val opening = CompletableDeferred<JsonObject>()
    private val inFlight = ConcurrentHashMap(mapOf(0L to opening))
    private val topics = ConcurrentHashMap<String, Channel<JsonObject>>()
    private val loginEvents = MutableSharedFlow<JsonObject>(replay = 0, 8, BufferOverflow.DROP_OLDEST)
    private val questions = CoroutineScope(SupervisorJob() + Dispatchers.IO + CoroutineName("fexwallet questions"))
    @Volatile private var hasEnded = false
    private val receiver = thread(isDaemon = true, name = "fexwallet") { receiveAll() }

    /** The answer to opening the wallet. */
    suspend fun opened(): JsonElement = opening.await().member("result")

    /**
     * Sends a request and waits for its answer. Cancelling the coroutine ends the waiting in the wallet too.
     *
     * @throws WalletException the answer's, or why there is none.
     */
    suspend fun request(method: String, params: JsonObject = members()): JsonElement {
        val id = lastId.incrementAndGet()
        val answer = CompletableDeferred<JsonObject>()
        inFlight[id] = answer
        try {
            // The last message answers what it finds in flight; what comes later finds this.
            if (hasEnded) throw WalletClosedException()
            send(members("id" to id, "method" to method, "params" to params))
        } catch (error: WalletException) {
            inFlight.remove(id)
            throw error
        }
        try {
            return answer.await().member("result")
        } finally {
            if (inFlight.remove(id) != null) {
                sendUnheard(members("method" to "cancel", "params" to members("id" to id)))
            }
        }
    }

    /**
     * What a topic says from now on, and as the last the error that ends it: collecting subscribes, its end
     * unsubscribes. For one collector of a topic at a time.
     *
     * @param capacity how many values wait for a slow collector before the oldest are dropped.
     */
    fun <T> subscription(topic: String, capacity: Int, decode: (JsonElement) -> T): Flow<Result<T>> = flow {
        val messages = Channel<JsonObject>(capacity, BufferOverflow.DROP_OLDEST)
        val params = members("topic" to topic)
        topics[topic] = messages
        try {
            var value = attempt {
                request("subscribe", params)
                messages.receive().value(decode)
            }
            while (value.isSuccess) {
                emit(value)
                value = attempt { messages.receive().value(decode) }
            }
            emit(value)
        } finally {
            topics.remove(topic)
            // Waits for the answer: the wallet may take requests in another order, and the next collector subscribes.
            withContext(NonCancellable) { attempt { request("unsubscribe", params) } }
        }
    }

    private inline fun <T> attempt(action: () -> T): Result<T> = try {
        Result.success(action())
    } catch (error: WalletException) {
        Result.failure(error)
    }

    private fun <T> JsonObject.value(decode: (JsonElement) -> T): T {
        val value = member("value")
        return decoded { decode(value) }
    }

    /** The events `login`, which need no subscription. */
    val logins: Flow<JsonElement> = loginEvents.map { it.member("value") }

    /** Ends all work, and returns when the wallet's files are closed and its last message was received. */
    fun close() {
        Fex.close(wallet)
        // A continuation that runs undispatched may close the wallet on the receiver itself.
        if (Thread.currentThread() != receiver) receiver.join()
    }

    private fun send(message: JsonObject) {
        val bytes = message.encoded()
        when (Fex.send(wallet, bytes)) {
            Fex.OK -> Unit
            Fex.CLOSED -> throw WalletClosedException()
            else -> throw WalletException("message_too_long", "a message of ${bytes.size} bytes", "never", "not_moved")
        }
    }

    /** Sends what nobody waits to see taken. Returns false where it was no message that the wallet takes. */
    private fun sendUnheard(message: JsonObject): Boolean =
        Fex.send(wallet, message.toString().encodeToByteArray()) != Fex.NOT_A_MESSAGE

    private fun receiveAll() {
        while (true) {
            try {
                if (!take(parsed(Fex.receive(wallet, -1) ?: break))) break
            } catch (_: Throwable) {
                // A message that can't be read, or not for want of memory. Nobody can know who waits for it.
                answerAll(FAULT)
            }
        }
        hasEnded = true
        answerAll(ENDED)
        questions.cancel()
    }

    /** Hands a message on, and drops what nobody waits for. Returns false for the last one. */
    private fun take(message: JsonObject): Boolean {
        val id = message.integer("id")
        val event = message.text("event")
        val ask = message.text("ask")
        when {
            ask != null && id != null -> questions.launch { answer(id, ask, message["params"]) }
            event == "login" -> loginEvents.tryEmit(message)
            event != null -> topics[event]?.trySend(message)
            id != null -> inFlight.remove(id)?.complete(message)
        }
        return "closed" !in message
    }

    private suspend fun answer(question: Long, ask: String, params: JsonElement?) {
        val answer = host.answer(ask, params as? JsonObject ?: members())
        // The longest body that the wallet takes may be more than a message holds.
        if (!sendAnswer(question, answer)) sendAnswer(question, host.tooLong(ask))
    }

    private fun sendAnswer(question: Long, answer: JsonObject): Boolean =
        sendUnheard(JsonObject(members("answer" to question) + answer))

    private fun answerAll(message: JsonObject) {
        inFlight.keys.forEach { inFlight.remove(it)?.complete(message) }
        topics.values.forEach { it.trySend(message) }
    }

    private companion object {
        val FAULT = failure("internal", "a message of the wallet can't be read")
        val ENDED = failure("closed", "the wallet was closed before it answered")

        /** The answer to requests of which nobody knows how far they came. */
        fun failure(code: String, message: String): JsonObject = members(
            "error" to members("code" to code, "message" to message, "retry" to "never", "money" to "unknown"))
    }
}
