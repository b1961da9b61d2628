import fexwallet.FexWallet
import fexwallet.WalletConfiguration
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** Times calls and an event of the package: CONFIGURATION LOGIN CODE CALLS; prints nanoseconds as JSON. */
fun main(arguments: Array<String>) = runBlocking {
    val (configuration, login) = arguments.map { members(it) }
    val code = arguments[2]
    val calls = arguments[3].toInt()
    val opening = WalletConfiguration(
        configuration.getValue("folder"), configuration.getValue("api"), configuration.getValue("auth"))
    FexWallet.open(opening).use { wallet ->
        wallet.loginPassword(login.getValue("username"), login.getValue("password"), login.getValue("device_name"))
        wallet.sync()
        val times = mapOf(
            "parse" to measure(calls) { check(FexWallet.parse(code).intent != null) },
            "history" to measure(calls) { check(wallet.history(limit = 20).transactions.size == 20) },
            // Collecting ends without waiting for the answer to `unsubscribe`; the status waits.
            "balance" to measure(calls, { wallet.status() }) { check(wallet.topics.balance.first() != null) },
        )
        println(times.map { (name, each) -> "\"$name\":$each" }.joinToString(",", "{", "}"))
    }
}

/** The members of a JSON object, or none of what is no object. */
private fun members(text: String): Map<String, String> =
    if (text.startsWith("{")) Json.parseToJsonElement(text).jsonObject.mapValues { it.value.jsonPrimitive.content }
    else emptyMap()

/** The times of so many calls, after as many that aren't counted: the JVM compiles what it runs often. */
private suspend fun measure(calls: Int, undo: suspend () -> Unit = {}, call: suspend () -> Unit): List<Long> =
    List(2 * calls) {
        val begun = System.nanoTime()
        call()
        val took = System.nanoTime() - begun
        undo()
        took
    }.drop(calls)
