package fexwallet

import kotlinx.serialization.json.JsonObject

/**
 * Where a wallet lives, and whom it speaks to.
 *
 * @property folder the wallet's own folder, an absolute path. Made for its owner alone if it isn't there.
 * @property api the address of the platform's API: `https`, but for this machine.
 * @property auth the address of its identity provider, likewise.
 * @property events the event server, `nats://` or `tls://`. Without it the wallet polls.
 * @property eventCredentials for the event server; by default those that the login gave.
 * @property authorities the path of a PEM file with the authorities to trust in place of the system's. A host that
 *   does the calls itself decides whom it trusts.
 * @property insecure whether addresses elsewhere may be unencrypted. For tests.
 */
class WalletConfiguration(
    val folder: String,
    val api: String,
    val auth: String,
    val events: String? = null,
    val eventCredentials: EventCredentials? = null,
    val authorities: String? = null,
    val insecure: Boolean = false,
) {
    /** A user of the event server. */
    class EventCredentials(val user: String, val password: String) {
        /** The user; never the password. */
        override fun toString(): String = "EventCredentials(user=$user)"
    }

    /** The message that opens the wallet. */
    internal fun document(capabilities: List<String>): JsonObject = members(
        "folder" to folder,
        "api" to api,
        "auth" to auth,
        "events" to events,
        "event_credentials" to eventCredentials?.let { members("user" to it.user, "password" to it.password) },
        "authorities" to authorities,
        "insecure" to insecure,
        "host" to capabilities,
    )
}
