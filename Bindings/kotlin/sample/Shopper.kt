package fexwallet.sample

import fexwallet.ApprovalRequest
import fexwallet.DecisionResult
import fexwallet.DecisionState
import fexwallet.FexWallet
import fexwallet.WalletConfiguration
import fexwallet.WalletException
import fexwallet.shown
import java.io.File
import kotlin.system.exitProcess
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

private const val USAGE = """usage: shopper FOLDER READY COMMAND

FOLDER is the wallet's own, READY the ready document of a sandbox, and COMMAND one of
  login [NAME PASSWORD]   by a page, or for tests with a password
  scan CODE               what a code is; moves no money
  pay CODE                shows what is asked, asks, and pays
  code                    the customer's own code, for a till
  approvals               what tills have asked
  approve                 shows the oldest request, asks, and decides
  watch                   requests as they come
  outbox                  decisions that are not settled
  sync                    sends what waits, fetches what is new
  history [WORDS]         the newest transactions
"""

/** A customer's app in a terminal: each start does one thing. */
fun main(arguments: Array<String>) = runBlocking<Unit> {
    if (arguments.size < 3) usage()
    val ready = Json.parseToJsonElement(File(arguments[1]).readText()).jsonObject
    val configuration = WalletConfiguration(
        folder = File(arguments[0]).absolutePath,
        api = checkNotNull(ready.text("api")),
        auth = checkNotNull(ready.text("auth")),
        events = ready.text("nats"),
    )
    val isDone = try {
        FexWallet.open(configuration).use { wallet -> run(wallet, arguments[2], arguments.drop(3)) }
    } catch (error: WalletException) {
        System.err.println("${error.code}: ${clean(error.message)} (money: ${error.money}, retry: ${error.retry})")
        false
    }
    exitProcess(if (isDone) 0 else 1)
}

/** Whether it did what was asked. */
private suspend fun run(wallet: FexWallet, command: String, rest: List<String>): Boolean {
    when (command to rest.size) {
        "login" to 0 -> {
            val account = wallet.loginDevice("Kotlin shopper") {
                println("Open ${it.page} and allow the code ${it.userCode}, until ${it.expiresAt}.")
            }
            println("Logged in. The wallet holds ${account.balance} ${account.currency}.")
        }
        "login" to 2 -> {
            val account = wallet.loginPassword(rest[0], rest[1], "Kotlin shopper")
            println("Logged in. The wallet holds ${account.balance} ${account.currency}.")
        }
        "scan" to 1 -> println(clean(wallet.scan(rest[0]).summary))
        "pay" to 1 -> return pay(wallet, rest[0])
        "code" to 0 -> println(wallet.code().scanToken)
        "approvals" to 0 -> wallet.approvals().approvals.forEach { println(line(it)) }
        "approve" to 0 -> return decide(wallet)
        "watch" to 0 -> {
            wallet.syncStart()
            wallet.topics.approvals.collect { open -> println(open.approvals.joinToString("\n") { line(it) }) }
        }
        "outbox" to 0 -> for (decision in wallet.outbox().decisions) with(decision) {
            println("$intent  $kind  $amount $currency  $state  tried $attempts times")
        }
        "sync" to 0 -> with(wallet.sync()) { println("In step. The wallet holds $balance $currency.") }
        "history" to rest.size -> {
            val words = rest.joinToString(" ").ifEmpty { null }
            for (transaction in wallet.history(limit = 20, search = words).transactions) with(transaction) {
                println("$createdAt  $type  $status  $amount $currency  ${clean(merchantName)}  ${clean(description)}")
            }
        }
        else -> usage()
    }
    return true
}

private suspend fun pay(wallet: FexWallet, code: String): Boolean {
    val report = wallet.scan(code)
    val intent = report.paymentIntent
    if (report.kind != "merchant" || intent == null || report.matches != true) {
        println("Nothing is paid by this: ${clean(report.summary)}")
        return false
    }
    with(intent) {
        if (!asks("Pay $amount $currency to ${clean(merchantName)} for ${clean(description)}?")) return false
        return say(wallet.pay(shown))
    }
}

private suspend fun decide(wallet: FexWallet): Boolean {
    val request = wallet.approvals().approvals.firstOrNull()
    if (request == null) {
        println("Nobody asks for anything.")
        return false
    }
    // Return means neither: money moves by a word.
    val answer = answer("${line(request)}\nApprove (yes), decline (no), or neither (Return)?")
    if (answer != "yes" && answer != "no") return false
    return say(if (answer == "yes") wallet.approve(request.shown) else wallet.decline(request.shown))
}

/** Says what came of a decision; whether it took effect. */
private fun say(result: DecisionResult): Boolean = with(result.decision) {
    println(
        when (state) {
            DecisionState.CONFIRMED -> "Done: $kind of $amount $currency."
            DecisionState.REFUSED -> "Refused: ${refusal?.code}."
            DecisionState.WAITING -> "Queued: it is sent by the next sync, until $expiresAt."
            DecisionState.UNKNOWN -> "Nobody knows yet whether it took effect; the next sync asks."
            else -> "It is $state: ${clean(reason)}."
        })
    state == DecisionState.CONFIRMED
}

private fun line(request: ApprovalRequest) = with(request) {
    "$intent  $state  $amount $currency  ${clean(merchantName)}  ${clean(description)}"
}

private fun asks(question: String): Boolean = answer("$question (yes, or anything else)") == "yes"

private fun answer(question: String): String? {
    println(question)
    return readlnOrNull()?.trim()
}

/** A text from outside, fit for a terminal: without what moves the cursor or the order of letters. */
private fun clean(text: String?): String = text.orEmpty().map { letter ->
    if (letter.isISOControl() || letter.category in UNSHOWN) '\uFFFD' else letter
}.joinToString("")

private val UNSHOWN = setOf(CharCategory.FORMAT, CharCategory.LINE_SEPARATOR, CharCategory.PARAGRAPH_SEPARATOR)

private fun JsonObject.text(name: String): String? = get(name)?.jsonPrimitive?.contentOrNull

private fun usage(): Nothing {
    System.err.print(USAGE)
    exitProcess(64)
}
