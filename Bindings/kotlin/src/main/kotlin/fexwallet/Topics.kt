package fexwallet

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.shareIn
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
    // Never cancelled: a shared flow whose scope has ended hangs. Its coroutines sleep while nobody collects, and
    // keep nothing alive.
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)

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
        connection.subscription(name, capacity)
            .map { value -> Result.success(decoded { decode(value) }) }
            // An exception would end the sharing and not the collectors.
            .catch { emit(Result.failure(it)) }
            .buffer(capacity, BufferOverflow.DROP_OLDEST)
            .shareIn(scope, SharingStarted.WhileSubscribed(replayExpirationMillis = 0), replay = 1)
            .map { it.getOrThrow() }
}
