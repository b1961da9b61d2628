package fexwallet.jvm

import fexwallet.HostException
import java.io.ByteArrayOutputStream
import java.net.http.HttpResponse.BodySubscriber
import java.nio.ByteBuffer
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.Flow

/** The body of an answer, up to a limit: beyond it the connection is given up. */
internal class LimitedBody(private val limit: Long) : BodySubscriber<ByteArray> {
    private val whole = CompletableFuture<ByteArray>()
    private val bytes = ByteArrayOutputStream()
    private lateinit var subscription: Flow.Subscription

    override fun getBody(): CompletionStage<ByteArray> = whole

    override fun onSubscribe(subscription: Flow.Subscription) {
        this.subscription = subscription
        subscription.request(Long.MAX_VALUE)
    }

    override fun onNext(buffers: List<ByteBuffer>) {
        if (whole.isDone) return
        if (bytes.size() + buffers.sumOf { it.remaining().toLong() } > limit) {
            subscription.cancel()
            whole.completeExceptionally(HostException("body_too_large", "more than $limit bytes"))
            return
        }
        for (buffer in buffers) bytes.writeBytes(ByteArray(buffer.remaining()).also { buffer.get(it) })
    }

    override fun onError(error: Throwable) {
        whole.completeExceptionally(error)
    }

    override fun onComplete() {
        whole.complete(bytes.toByteArray())
    }
}
