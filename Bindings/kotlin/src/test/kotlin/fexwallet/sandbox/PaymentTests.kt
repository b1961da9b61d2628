package fexwallet.sandbox

import fexwallet.FexWallet
import fexwallet.PaymentIntent
import fexwallet.refused
import fexwallet.shown
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.Timeout

/** Money moves, by the real library, against the sandbox. */
class PaymentTests {
    @get:Rule val sandbox = Sandbox()
    @get:Rule val patience: Timeout = Timeout.seconds(120)

    private suspend fun scanned(wallet: FexWallet, code: String): PaymentIntent {
        val report = wallet.scan(code)
        assertEquals(true, report.matches)
        return checkNotNull(report.paymentIntent)
    }

    @Test fun `the customer scans a merchant's code and pays, once`() = runBlocking<Unit> {
        sandbox.loggedIn().use { wallet ->
            val before = wallet.balance(refresh = true).balance.toBigDecimal()
            val intent = scanned(wallet, sandbox.codeToPay("29.99", "Zwei Kaffee ☕ für 😀 漢字"))
            assertEquals("Zwei Kaffee ☕ für 😀 漢字", intent.description)
            val result = wallet.pay(intent.shown)
            assertEquals("confirmed", result.decision.state)
            assertEquals("29.99", result.transaction?.amount)
            // Said again, it has the same outcome, or is refused; the ledger below knows.
            runCatching { wallet.pay(intent.shown) }
            wallet.sync()
            assertEquals(before - "29.99".toBigDecimal(), wallet.balance().balance.toBigDecimal())
            val transaction = wallet.history(search = "kaffee").transactions.single()
            assertEquals("Zwei Kaffee ☕ für 😀 漢字", transaction.description)
            assertEquals(listOf("29.99"), sandbox.movedFor(intent.id))
            assertTrue(wallet.show(intent.id).timeline.isNotEmpty())
            val proof = wallet.proofExport(intent.id).proof
            assertEquals(true, wallet.proofVerify(proof.document).verified)
            val totals = wallet.historyTotals().totals
            assertEquals("29.99", totals.single { it.type == "payment" }.amount)
        }
    }

    @Test fun `a till scans the customer's code, who approves one request and declines another`() = runBlocking<Unit> {
        sandbox.loggedIn().use { wallet ->
            wallet.syncStart()
            val token = wallet.code().scanToken
            val yes = sandbox.askToApprove(token, "35.50")
            val asked = wallet.topics.approvals.first { open -> open.approvals.any { it.intent == yes } }
                .approvals.single { it.intent == yes }
            assertEquals("confirmed", wallet.approve(asked.shown).decision.state)
            val no = sandbox.askToApprove(token, "12.00", "not mine")
            val second = wallet.topics.approvals.first { open -> open.approvals.any { it.intent == no } }
                .approvals.single { it.intent == no }
            val declined = wallet.decline(second.shown, "not mine")
            assertEquals("decline" to "confirmed", declined.decision.kind to declined.decision.state)
            wallet.topics.balance.first { it?.balance == "964.50" }
            wallet.topics.history.first { page -> page.transactions.any { it.intent == yes } }
            assertEquals(listOf("35.50"), sandbox.movedFor(yes))
            assertEquals(listOf<String>(), sandbox.movedFor(no))
            wallet.syncStop()
        }
    }

    @Test fun `a yes without a network waits, outlives the process, and takes effect once`() = runBlocking<Unit> {
        val intent = sandbox.loggedIn().use { wallet ->
            val intent = scanned(wallet, sandbox.codeToPay("4.50"))
            sandbox.stop()
            assertEquals("waiting", wallet.pay(intent.shown).decision.state)
            assertEquals(intent.id, wallet.outbox().decisions.single().intent)
            assertEquals(1, wallet.status().queued)
            intent
        }
        sandbox.start()
        FexWallet.open(sandbox.configuration()).use { wallet ->
            assertEquals(intent.id, wallet.topics.outbox.first().decisions.single().intent)
            assertEquals("confirmed", wallet.outboxRetry(intent.id).decision.state)
            assertEquals(0, wallet.topics.outbox.first { it.decisions.isEmpty() }.decisions.size)
            refused("settled") { wallet.outboxCancel(intent.id) }
        }
        assertEquals(listOf("4.50"), sandbox.movedFor(intent.id))
    }

    @Test fun `an answer that is lost leaves the outcome unknown until the platform was asked`() = runBlocking<Unit> {
        sandbox.loggedIn().use { wallet ->
            val intent = scanned(wallet, sandbox.codeToPay("7.25"))
            sandbox.breakCalls("""[{"match":{"path":"*/pay"},"action":"drop_after"},
                {"match":{"method":"GET","path":"*/payment-intents/*"},"action":"refuse"}]""")
            assertEquals("unknown", wallet.pay(intent.shown).decision.state)
            sandbox.breakCalls("[]")
            wallet.sync()
            assertEquals("confirmed", wallet.show(intent.id).decision?.state)
        }
    }

    @Test fun `a queued yes is taken back`() = runBlocking<Unit> {
        sandbox.loggedIn().use { wallet ->
            val intent = scanned(wallet, sandbox.codeToPay("4.50"))
            sandbox.stop()
            wallet.pay(intent.shown)
            assertEquals("cancelled", wallet.outboxCancel(intent.id).decision.state)
            sandbox.start()
            wallet.sync()
            assertEquals(listOf<String>(), sandbox.movedFor(intent.id))
        }
    }
}
