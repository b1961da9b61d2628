package fexwallet

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.onSubscription
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull

/**
 * What a wallet says of itself, for as long as it is collected.
 *
 * The first collector of a topic subscribes to it, the end of the last one unsubscribes; collectors share one
 * subscription. Each begins with the value there is, and a slow one gets the newest, never a growing queue. No flow
 * completes: a subscription that ends throws a [WalletException], and the end of the wallet a
 * [WalletClosedException].
 */
class Topics internal constructor(private val connection: Connection) {
    /** The open requests. */
    val approvals: Flow<Approvals> = topic("approvals") { Approvals.fromJson(it.asObject()) }

    /** What the wallet holds; null before a login. */
    val balance: Flow<BalanceValue?> =
        topic("balance") { value -> value.takeUnless { it is JsonNull }?.let { BalanceValue.fromJson(it.asObject()) } }

    /** The newest 50 transactions. */
    val history: Flow<History> = topic("history") { History.fromJson(it.asObject()) }

    /** The decisions that are not settled. */
    val outbox: Flow<Outbox> = topic("outbox") { Outbox.fromJson(it.asObject()) }

    /** How the wallet hears of news, and why [FexWallet.syncStart] has ended by itself. */
    val listening: Flow<Listening> = topic("listening") { Listening.fromJson(it.asObject()) }

    /** Whether somebody is logged in, and whether the platform ended that. */
    val session: Flow<SessionState> = topic("session") { SessionState.fromJson(it.asObject()) }

    /**
     * What the wallet does, for whoever looks for a fault; never a secret. The newest 256 entries wait for a slow
     * collector.
     */
    val log: Flow<LogEntry> = topic("log", capacity = 256) { LogEntry.fromJson(it.asObject()) }

    private fun <T> topic(name: String, capacity: Int = 1, decode: (JsonElement) -> T): Flow<T> =
        SharedSubscription(connection.subscription(name, capacity, decode), capacity).values
}

/** One subscription for all who collect a topic at the same time; after an error the next collector begins another. */
private class SharedSubscription<T>(private val source: Flow<Result<T>>, private val capacity: Int) {
    private inner class Round {
        val received = MutableSharedFlow<Result<T>>(replay = 1, capacity - 1, BufferOverflow.DROP_OLDEST)
        var collectors = 0

        // Begins with the first collector in place, since what nobody collects is not kept.
        val receiving = scope.launch(start = CoroutineStart.LAZY) {
            // The round before unsubscribes first.
            oneAtATime.withLock {
                source.collect { value ->
                    if (value.isFailure) end(this@Round)
                    received.emit(value)
                }
            }
        }
    }

    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
    private val oneAtATime = Mutex()
    private var current: Round? = null

    val values: Flow<T> = flow {
        val round = enter()
        try {
            round.received.onSubscription { round.receiving.start() }.collect { emit(it.getOrThrow()) }
        } finally {
            leave(round)
        }
    }

    @Synchronized
    private fun enter(): Round = (current ?: Round().also { current = it }).also { it.collectors += 1 }

    @Synchronized
    private fun leave(round: Round) {
        round.collectors -= 1
        if (round.collectors > 0) return
        end(round)
        round.receiving.cancel()
    }

    @Synchronized
    private fun end(round: Round) {
        if (current === round) current = null
    }
}
