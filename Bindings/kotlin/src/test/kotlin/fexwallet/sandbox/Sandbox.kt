package fexwallet.sandbox

import fexwallet.FexWallet
import fexwallet.HostHttp
import fexwallet.HostSecrets
import fexwallet.HostSigner
import fexwallet.WalletConfiguration
import java.io.File
import java.net.CookieManager
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Files
import java.util.concurrent.TimeUnit
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.junit.Assert.assertEquals
import org.junit.rules.ExternalResource

/** A platform of its own for a test, with a till and a customer; what wallets leave is removed with it. */
class Sandbox : ExternalResource() {
    private val programs = File(System.getenv("FEX_BIN") ?: "../../.build/debug")
    val folder: File = Files.createTempDirectory("fexwallet").toFile()
    private val readyFile = File(folder, "ready.json")
    private lateinit var process: Process
    private lateinit var ready: JsonObject

    override fun before() = start(port = 0)

    override fun after() {
        stop()
        folder.deleteRecursively()
    }

    /** Begins again where [stop] ended, at the same address. */
    fun start(port: Int = URI(ready.text("api")).port) {
        val serve = listOf(
            "serve", "--port", "$port", "--nats-port", "0", "--control", "--state", File(folder, "platform").path,
            "--ready-file", readyFile.path)
        process = ProcessBuilder(listOf(File(programs, "fex-sandbox").path) + serve)
            .redirectError(File(folder, "sandbox.log")).start()
        // The document is its first line, and in the file by then.
        checkNotNull(process.inputStream.bufferedReader().readLine()) { File(folder, "sandbox.log").readText() }
        ready = Json.parseToJsonElement(readyFile.readText()).jsonObject
    }

    /** Nobody is there any more. */
    fun stop() {
        process.destroy()
        if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly()
    }

    val customer: JsonObject get() = ready.getValue("wallets").jsonArray[0].jsonObject

    fun configuration(name: String = "wallet") = WalletConfiguration(
        folder = File(folder, name).path,
        api = ready.text("api"),
        auth = ready.text("auth"),
        events = ready.text("nats"),
    )

    /** A wallet that the customer has logged in to. */
    suspend fun loggedIn(
        name: String = "wallet",
        signer: HostSigner? = null,
        secrets: HostSecrets? = null,
        http: HostHttp? = null,
    ): FexWallet = FexWallet.open(configuration(name), signer, secrets, http).also {
        it.loginPassword(customer.text("username"), customer.text("password"), "Kotlin 😀")
    }

    /** What the till's program prints. */
    fun till(vararg arguments: String): JsonObject {
        val command = listOf(File(programs, "fex-sandbox").path, "pos") + arguments
        val till = ProcessBuilder(command + listOf("--ready", readyFile.path, "--json"))
            .redirectError(File(folder, "till.log")).start()
        val output = till.inputStream.bufferedReader().readText()
        assertEquals(File(folder, "till.log").readText(), 0, till.waitFor())
        return Json.parseToJsonElement(output).jsonObject
    }

    /** The code of a new intent. */
    fun codeToPay(amount: String, description: String = "Two coffees"): String =
        till("intent", "--amount", amount, "--description", description)
            .getValue("payment_intent").jsonObject.text("qr_data")

    /** Has the till ask the customer whose code it scanned; the intent's id. */
    fun askToApprove(token: String, amount: String, description: String = "Groceries"): String =
        till("scan", token, "--amount", amount, "--description", description)
            .getValue("payment_intent").jsonObject.text("id")

    /** Has calls meet these faults, a list of rules. */
    fun breakCalls(rules: String) {
        control("PUT", "/sandbox/faults", rules)
    }

    /** Amounts that the ledger has moved for an intent. */
    fun movedFor(intent: String): List<String> =
        control("GET", "/sandbox/ledger").jsonObject.getValue("entries").jsonArray.map { it.jsonObject }
            .filter { it["payment_intent_id"]?.jsonPrimitive?.content == intent }
            .map { it.text("amount") }

    private fun control(method: String, path: String, body: String = ""): JsonElement {
        val request = HttpRequest.newBuilder(URI(ready.text("api") + path))
            .method(method, BodyPublishers.ofString(body)).header("Authorization", "Bearer $administrator")
        return Json.parseToJsonElement(answer(HttpClient.newHttpClient(), request))
    }

    private val administrator: String by lazy {
        val client = ready.getValue("admin").jsonObject
        val fields = mapOf(
            "grant_type" to "client_credentials", "client_id" to client.text("client_id"),
            "client_secret" to client.text("client_secret"))
        val address = URI(ready.text("auth") + "/realms/payment-platform/protocol/openid-connect/token")
        val answer = answer(HttpClient.newHttpClient(), HttpRequest.newBuilder(address).form(fields))
        Json.parseToJsonElement(answer).jsonObject.text("access_token")
    }

    private fun HttpRequest.Builder.form(fields: Map<String, String>): HttpRequest.Builder {
        val body = fields.map { (name, value) -> "$name=${URLEncoder.encode(value, Charsets.UTF_8)}" }
        return header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body.joinToString("&")))
    }

    private fun answer(client: HttpClient, request: HttpRequest.Builder): String {
        val answer = client.send(request.version(HttpClient.Version.HTTP_1_1).build(), BodyHandlers.ofString())
        assertEquals(answer.body(), 200, answer.statusCode())
        return answer.body()
    }

    /** Allows a device as the customer does, on the page that it shows. */
    fun allow(page: String, userCode: String) {
        val browser = HttpClient.newBuilder().cookieHandler(CookieManager()).build()
        val form = answer(browser, HttpRequest.newBuilder(URI("$page?user_code=$userCode")))
        val hidden = Regex("""type="hidden" name="([^"]*)" value="([^"]*)"""").findAll(form)
            .associate { it.groupValues[1] to it.groupValues[2] }
        val typed = mapOf(
            "user_code" to userCode, "username" to customer.text("username"), "password" to customer.text("password"),
            "answer" to "allow")
        answer(browser, HttpRequest.newBuilder(URI(page)).form(hidden + typed))
    }
}

fun JsonObject.text(name: String): String = getValue(name).jsonPrimitive.content
