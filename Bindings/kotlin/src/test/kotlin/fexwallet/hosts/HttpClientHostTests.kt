package fexwallet.hosts

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import fexwallet.HostException
import fexwallet.HttpCall
import fexwallet.jvm.HttpClientHost
import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.CompletableFuture
import java.util.concurrent.LinkedBlockingQueue
import kotlin.concurrent.thread
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Rule
import org.junit.Test
import org.junit.rules.Timeout

class HttpClientHostTests {
    @get:Rule val patience: Timeout = Timeout.seconds(60)

    private val host = HttpClientHost()
    private val loopback = InetAddress.getLoopbackAddress()

    private fun call(
        port: Int,
        method: String = "GET",
        headers: List<Pair<String, String>> = listOf(),
        body: ByteArray? = null,
        timeout: Long = 30_000,
        limit: Long = 1000,
        scheme: String = "http",
    ) = HttpCall(method, "$scheme://127.0.0.1:$port/a?b=c", headers, body, 10_000, timeout, limit)

    private fun withServer(handle: (HttpExchange) -> Unit, test: suspend (port: Int) -> Unit) {
        val server = HttpServer.create(InetSocketAddress(loopback, 0), 0)
        server.createContext("/") { exchange -> exchange.use(handle) }
        server.start()
        try {
            runBlocking { test(server.address.port) }
        } finally {
            server.stop(0)
        }
    }

    private fun HttpExchange.use(handle: (HttpExchange) -> Unit) = try {
        handle(this)
    } finally {
        close()
    }

    /** A server that does with each connection what [serve] does. */
    private fun withSockets(serve: (Socket) -> Unit, test: suspend (port: Int) -> Unit) {
        ServerSocket(0, 50, loopback).use { server ->
            val serving = thread {
                try {
                    while (true) server.accept().use(serve)
                } catch (_: IOException) {
                    // The test is over.
                }
            }
            runBlocking { test(server.localPort) }
            server.close()
            serving.interrupt()
            serving.join()
        }
    }

    private fun refused(code: String, mayHaveBeenSent: Boolean, call: HttpCall) {
        val error = assertThrows(HostException::class.java) { runBlocking { host.send(call) } }
        assertEquals(code to mayHaveBeenSent, error.code to error.mayHaveBeenSent)
    }

    @Test fun `a call and its answer cross whole`() {
        val heard = CompletableFuture<String>()
        val server = { exchange: HttpExchange ->
            val headers = exchange.requestHeaders
            heard.complete("${exchange.requestMethod} ${exchange.requestURI} ${headers["X-a"]} ${headers["Cookie"]} " +
                "${headers["Upgrade"]} ${headers["Content-length"]} ${exchange.requestBody.readBytes().toList()}")
            exchange.responseHeaders.put("X-B", listOf("c", "d"))
            exchange.responseHeaders.add("Set-Cookie", "e=f")
            exchange.sendResponseHeaders(418, 2)
            exchange.responseBody.write(byteArrayOf(-1, 0))
        }
        withServer(server) { port ->
            val headers = listOf("X-A" to "1", "X-A" to "2", "Content-Length" to "99", "Host" to "elsewhere")
            repeat(2) {
                val answer = host.send(call(port, "POST", headers, byteArrayOf(0, -1)))
                assertEquals(418, answer.status)
                assertArrayEquals(byteArrayOf(-1, 0), answer.body)
                assertEquals(listOf("c", "d"), answer.headers.filter { it.first.equals("x-b", true) }.map { it.second })
            }
            assertEquals("POST /a?b=c [1, 2] null null [2] [0, -1]", heard.get())
        }
    }

    @Test fun `redirects are answers`() {
        val server = { exchange: HttpExchange ->
            exchange.responseHeaders.add("Location", "/elsewhere")
            exchange.sendResponseHeaders(if (exchange.requestURI.path == "/a") 302 else 200, -1)
        }
        withServer(server) { port -> assertEquals(302, host.send(call(port)).status) }
    }

    @Test fun `a body is taken up to its limit`() {
        val server = { exchange: HttpExchange ->
            exchange.sendResponseHeaders(200, 0)
            exchange.responseBody.write(ByteArray(1000))
        }
        withServer(server) { port ->
            assertEquals(1000, host.send(call(port, limit = 1000)).body.size)
            refused("body_too_large", true, call(port, limit = 999))
        }
    }

    @Test fun `a body without an end is not read to its end`() {
        val endless = { socket: Socket ->
            socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".encodeToByteArray())
            while (true) socket.getOutputStream().write(ByteArray(1000))
        }
        ServerSocket(0, 50, loopback).use { server ->
            val serving = thread { runCatching { server.accept().use(endless) } }
            refused("body_too_large", true, call(server.localPort))
            serving.join()
        }
    }

    @Test fun `nobody there, and nothing sent`() {
        val port = ServerSocket(0, 50, loopback).use { it.localPort }
        refused("unreachable", false, call(port))
        refused("unreachable", false, call(port, headers = listOf("no name" to "a")))
        refused("unreachable", false, HttpCall("GET", "no address", listOf(), null, 10_000, 30_000, 1000))
    }

    @Test fun `a server that does not speak TLS is not trusted, and was sent nothing`() {
        val heard = LinkedBlockingQueue<String>()
        val plain = { socket: Socket ->
            socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".encodeToByteArray())
            heard.put(socket.getInputStream().readBytes().decodeToString())
        }
        withSockets(plain) { port ->
            val call = call(port, "POST", listOf("X-A" to "secret"), "secret".encodeToByteArray(), scheme = "https")
            val error = assertThrows(HostException::class.java) { runBlocking { host.send(call) } }
            assertEquals("insecure", error.code)
            assertEquals(false, "secret" in heard.take())
        }
    }

    @Test fun `an answer that breaks off or is none may have been sent`() {
        val answers = listOf(
            "" to "connection_lost",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf" to "connection_lost",
            "GARBAGE\r\n\r\n" to "malformed_answer",
            "HTTP/1.1 abc\r\n\r\n" to "malformed_answer",
        )
        for ((answer, code) in answers) withSockets({ socket ->
            socket.getInputStream().read(ByteArray(4096))
            socket.getOutputStream().write(answer.encodeToByteArray())
        }) { port -> refused(code, true, call(port, "POST", body = byteArrayOf(1))) }
    }

    @Test fun `an answer that takes too long is given up, before its head and within its body`() {
        for (answer in listOf("", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")) withSockets({ socket ->
            socket.getOutputStream().write(answer.encodeToByteArray())
            // Until the other end gives up.
            socket.getInputStream().readBytes()
        }) { port -> refused("timed_out", true, call(port, timeout = 500)) }
    }

    @Test fun `a cancelled call is given up`() {
        val connected = LinkedBlockingQueue<Unit>()
        val gone = LinkedBlockingQueue<Unit>()
        withSockets({ socket ->
            connected.add(Unit)
            runCatching { socket.getInputStream().readBytes() }
            gone.add(Unit)
        }) { port ->
            val job = CoroutineScope(Dispatchers.IO).launch { host.send(call(port)) }
            connected.take()
            job.cancelAndJoin()
            gone.take()
            assertNull(gone.poll())
        }
    }
}
