package fexwallet.liar

import fexwallet.BalanceValue
import fexwallet.Listening
import fexwallet.WalletException
import fexwallet.refused
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.Timeout

class TopicTests {
    @get:Rule val patience: Timeout = Timeout.seconds(60)

    /** Collects until it is cancelled, or to the error that ends it, which is then the last element. */
    private fun <T> CoroutineScope.collecting(flow: Flow<T>): Pair<Channel<Any?>, Job> {
        val values = Channel<Any?>(Channel.UNLIMITED)
        val job = launch {
            try {
                flow.collect { values.send(it) }
            } catch (error: WalletException) {
                values.send(error.code)
            }
        }
        return values to job
    }

    private fun balance(amount: String) =
        """{"event":"balance","value":{"balance":"$amount","currency":"USD","as_of":"2026-11-30T00:00:00Z"}}"""

    private suspend fun Channel<Any?>.amount() = (receive() as BalanceValue?)?.balance

    @Test fun `collectors share a subscription, which ends with the last of them`() = withLiar { wallet ->
        val (first, firstJob) = collecting(wallet.topics.balance)
        val request = Liar.heard()
        assertEquals(json("""{"id":1,"method":"subscribe","params":{"topic":"balance"}}"""), request)
        // A value may overtake the answer.
        Liar.say("""{"event":"balance","value":null}""")
        Liar.say("""{"id":1,"result":{"topic":"balance","subscribed":true}}""")
        assertEquals(null, first.amount())
        Liar.say(balance("1.00"))
        assertEquals("1.00", first.amount())

        val (second, secondJob) = collecting(wallet.topics.balance)
        assertEquals("1.00", second.amount())
        firstJob.cancelAndJoin()
        Liar.say(balance("2.00"))
        assertEquals("2.00", second.amount())
        secondJob.cancelAndJoin()
        Liar.answer("unsubscribe", """{"topic":"balance","subscribed":false}""")

        val (third, thirdJob) = collecting(wallet.topics.balance)
        Liar.answer("subscribe", """{"topic":"balance","subscribed":true}""")
        Liar.say(balance("3.00"))
        assertEquals("no value of before", "3.00", third.amount())
        thirdJob.cancelAndJoin()
        assertEquals(0, Liar.notGivenBack())
    }

    @Test fun `whoever comes back at once waits until the wallet has unsubscribed`() = withLiar { wallet ->
        val (_, before) = collecting(wallet.topics.outbox)
        Liar.answer("subscribe", """{"topic":"outbox","subscribed":true}""")
        before.cancelAndJoin()
        val unsubscribing = Liar.heard("unsubscribe")
        val after = async { wallet.topics.outbox.first() }
        val limits = async { wallet.limits() }
        // The next that the liar hears is this, and no second subscribe.
        Liar.answer("limits", """{"limits":[]}""")
        limits.await()
        Liar.say("""{"id":$unsubscribing,"result":{"topic":"outbox","subscribed":false}}""")
        Liar.answer("subscribe", """{"topic":"outbox","subscribed":true}""")
        Liar.say("""{"event":"outbox","value":{"decisions":[]}}""")
        assertEquals(0, after.await().decisions.size)
    }

    @Test fun `a slow collector gets the newest value`() = withLiar { wallet ->
        val go = Channel<Unit>()
        val seen = Channel<String?>(Channel.UNLIMITED)
        val collector = launch {
            wallet.topics.balance.collect {
                seen.send(it?.balance)
                go.receive()
            }
        }
        Liar.answer("subscribe", """{"topic":"balance","subscribed":true}""")
        Liar.say(balance("0.00"))
        assertEquals("0.00", seen.receive())
        for (amount in 1..1000) Liar.say(balance("$amount.00"))
        // Answered by the thread that hands on the values: they have come by then.
        val limits = async { wallet.limits() }
        Liar.answer("limits", """{"limits":[]}""")
        limits.await()
        var count = 0
        do go.send(Unit).also { count++ } while (seen.receive() != "1000.00")
        assertTrue("$count values of 1000", count < 1000)
        collector.cancelAndJoin()
    }

    @Test fun `lines of the log wait for a slow collector`() = withLiar { wallet ->
        val lines = async { wallet.topics.log.take(256).toList() }
        Liar.answer("subscribe", """{"topic":"log","subscribed":true}""")
        for (number in 1..256) {
            Liar.say("""{"event":"log","value":{"level":"info","message":"$number 😀","metadata":{}}}""")
        }
        assertEquals((1..256).map { "$it 😀" }, lines.await().map { it.message })
    }

    @Test fun `an error ends every collector, and the next one subscribes anew`() = withLiar { wallet ->
        val collectors = List(2) { collecting(wallet.topics.approvals) }
        Liar.answer("subscribe", """{"topic":"approvals","subscribed":true}""")
        val error = """{"code":"storage_failed","message":"m","retry":"later","money":"not_moved"}"""
        Liar.say("""{"event":"approvals","error":$error}""")
        for ((values, job) in collectors) {
            assertEquals("storage_failed", values.receive())
            job.join()
        }
        Liar.answer("unsubscribe", """{"topic":"approvals","subscribed":false}""")
        val next = async { wallet.topics.approvals.first() }
        Liar.answer("subscribe", """{"topic":"approvals","subscribed":true}""")
        Liar.say("""{"event":"approvals","value":{"approvals":[],"groups":[],"next":null}}""")
        assertEquals(0, next.await().approvals.size)
    }

    @Test fun `a value of another shape, or what can't be read, ends the collectors`() = withLiar { wallet ->
        for (message in listOf("""{"event":"session","value":7}""", """{"event":"session"}""", "no json")) {
            val (values, job) = collecting(wallet.topics.session)
            Liar.answer("subscribe", """{"topic":"session","subscribed":true}""")
            Liar.say(message)
            assertEquals("internal", values.receive())
            job.join()
            Liar.answer("unsubscribe", """{"topic":"session","subscribed":false}""")
        }
    }

    @Test fun `a subscription that is refused is an error of the collector`() = withLiar { wallet ->
        val (values, _) = collecting(wallet.topics.history)
        val error = """{"code":"storage_failed","message":"m","retry":"later","money":"not_moved"}"""
        Liar.say("""{"id":${Liar.heard("subscribe")},"error":$error}""")
        assertEquals("storage_failed", values.receive())
        Liar.answer("unsubscribe", """{"topic":"history","subscribed":false}""")
    }

    @Test fun `the end of the wallet ends collectors, and those who come later`() = withLiar { wallet ->
        val (values, job) = collecting(wallet.topics.listening)
        Liar.answer("subscribe", """{"topic":"listening","subscribed":true}""")
        Liar.say("""{"event":"listening","value":{"listening":"poll","error":null}}""")
        assertEquals("poll", (values.receive() as Listening).listening)
        wallet.close()
        assertEquals("closed", values.receive())
        job.join()
        refused("closed") { wallet.topics.listening.first() }
        refused("closed") { wallet.topics.balance.first() }
    }
}
