package fexwallet.jvm

import fexwallet.HostException
import fexwallet.HostHttp
import fexwallet.HttpAnswer
import fexwallet.HttpCall
import java.io.IOException
import java.net.ConnectException
import java.net.ProtocolException
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpConnectTimeoutException
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpTimeoutException
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLException
import javax.net.ssl.SSLHandshakeException
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withTimeout

/**
 * Does the wallet's calls with `java.net.http`: without redirects, cookies and proxies, within the limits of each call.
 *
 * @param trust whose servers are trusted, by default the JVM's.
 */
class HttpClientHost(private val trust: SSLContext = SSLContext.getDefault()) : HostHttp {
    // The time to connect is a client's, and the calls of a wallet have the same one.
    @Volatile private var client = newClient(Duration.ofSeconds(10))

    override suspend fun send(call: HttpCall): HttpAnswer = try {
        // Covers the body too, unlike the timeout of a request.
        withTimeout(call.timeoutMillis) { exchange(call) }
    } catch (error: TimeoutCancellationException) {
        throw HostException("timed_out", "no whole answer in ${call.timeoutMillis} ms", cause = error)
    } catch (error: IOException) {
        throw described(error)
    }

    private suspend fun exchange(call: HttpCall): HttpAnswer {
        val client = client(Duration.ofMillis(call.connectTimeoutMillis))
        val response = answered(client.sendAsync(request(call)) { LimitedBody(call.bodyLimit) })
        // HTTP/2's own fields, such as `:status`, are not headers.
        val headers = response.headers().map().filterKeys { !it.startsWith(":") }
            .flatMap { (name, values) -> values.map { name to it } }
        return HttpAnswer(response.statusCode(), headers, response.body())
    }

    /**
     * Waits for an answer. The library's `await` cancels without an interrupt, at which the client goes on with the
     * call.
     */
    private suspend fun <T> answered(future: CompletableFuture<T>): T = suspendCancellableCoroutine { waiting ->
        waiting.invokeOnCancellation { future.cancel(true) }
        future.whenComplete { answer, error ->
            if (error == null) waiting.resume(answer)
            else waiting.resumeWithException((error as? CompletionException)?.cause ?: error)
        }
    }

    private fun request(call: HttpCall): HttpRequest = try {
        val body = call.body?.let { BodyPublishers.ofByteArray(it) } ?: BodyPublishers.noBody()
        val request = HttpRequest.newBuilder(URI.create(call.url)).method(call.method, body)
        // The client writes some headers itself, and takes them from nobody.
        for ((name, value) in call.headers) if (name.lowercase() !in OWN_HEADERS) request.header(name, value)
        request.build()
    } catch (error: IllegalArgumentException) {
        throw HostException("unreachable", "the call can't be sent as it stands", mayHaveBeenSent = false, error)
    }

    private fun client(connectTimeout: Duration): HttpClient =
        client.takeIf { it.connectTimeout().orElse(null) == connectTimeout }
            ?: newClient(connectTimeout).also { client = it }

    private fun newClient(connectTimeout: Duration) = HttpClient.newBuilder()
        // Over an unencrypted connection HTTP/2 would be asked for in headers that the wallet did not send.
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(connectTimeout)
        .sslContext(trust)
        .build()

    /** What broke, and whether a byte of the call may have left. */
    private fun described(error: IOException): HostException {
        val what = error.javaClass.simpleName
        return when (error) {
            is HttpConnectTimeoutException -> HostException("timed_out", what, mayHaveBeenSent = false, error)
            is HttpTimeoutException -> HostException("timed_out", what, cause = error)
            is ConnectException -> HostException("unreachable", what, mayHaveBeenSent = false, error)
            is SSLHandshakeException -> HostException("insecure", what, mayHaveBeenSent = false, error)
            is SSLException -> HostException("insecure", what, cause = error)
            is ProtocolException -> HostException("malformed_answer", what, cause = error)
            else -> HostException("connection_lost", what, cause = error)
        }
    }

    private companion object {
        val OWN_HEADERS = setOf("connection", "content-length", "expect", "host", "upgrade")
    }
}
