package fexwallet

import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject

/**
 * What the wallet could not do. Programs read the code, people the message.
 *
 * A coroutine that is cancelled while it waits gets a `CancellationException`, as everywhere; a decision that was on
 * disk by then stays, and [FexWallet.outbox] has it.
 *
 * @property code one of `Documentation/error-codes.md`, or of the table of errors in `Documentation/messages.md`.
 * @property retry `never`, `same_key` or `later`: whether trying again can help.
 * @property money `not_moved`, `unknown` or `moved`: whether money may have moved.
 */
open class WalletException(
    val code: String,
    override val message: String,
    val retry: String,
    val money: String,
    cause: Throwable? = null,
) : Exception(message, cause) {
    /** The code, and what it says. */
    override fun toString(): String = "${javaClass.simpleName}: $code: $message"
}

/** The wallet is closed, or was closed before it answered: open it again. */
class WalletClosedException internal constructor(
    message: String = "the wallet is closed",
    money: String = MoneyEffect.NOT_MOVED,
) : WalletException("closed", message, "never", money)

/**
 * A member of a message of the wallet.
 *
 * @throws WalletException where the message is an error, or has no such member.
 */
internal fun JsonObject.member(name: String): JsonElement {
    get("error")?.let { throw decoded { walletException(ErrorDocument.fromJson(it.asObject())) } }
    return decoded { requireNotNull(get(name)) { "no $name" } }
}

private fun walletException(error: ErrorDocument): WalletException =
    if (error.code == "closed") WalletClosedException(error.message, error.money)
    else WalletException(error.code, error.message, error.retry, error.money)

/**
 * What [decode] makes of a message. One that can't be decoded is a fault of the wallet, and leaves the rest unknown.
 */
internal inline fun <T> decoded(decode: () -> T): T = try {
    decode()
} catch (error: Exception) {
    throw WalletException("internal", "a message of the wallet can't be read", "never", "unknown", error)
}
