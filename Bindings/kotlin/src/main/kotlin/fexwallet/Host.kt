package fexwallet

/**
 * Holds this device's key (P-256), and signs the customer's decisions with it: for keys in hardware that never gives
 * them away.
 *
 * Each call may take as long as a person does, and is cancelled when the wallet closes. Whatever it throws that is no
 * [HostException] is told to the wallet as `signer_failed`. The codes here are `signing_declined`, `signer_locked`
 * and `signer_failed`.
 */
interface HostSigner {
    /**
     * The public half of the key: x and y, 32 bytes each ([P256.publicKey]). Null where there is none, or what there
     * is can't sign any more. Asked before each decision: don't ask the person.
     */
    suspend fun loadKey(): ByteArray?

    /** Makes a new key in place of any other, durable on return, and returns its public half. */
    suspend fun makeKey(): ByteArray

    /** ECDSA over the SHA-256 of the message: r and s, 32 bytes each ([P256.signature]). */
    suspend fun sign(message: ByteArray): ByteArray
}

/**
 * Keeps the wallet's secrets: what logs this device in, and its key where no [HostSigner] holds it.
 *
 * The store belongs to this process alone. The wallet waits a minute for each call. Whatever is thrown that is no
 * [HostException] is told to it as `secret_store_failed`. The codes here are `locked`, `secret_store_unavailable` and
 * `secret_store_failed`.
 */
interface HostSecrets {
    /** The secret of this name, or null. */
    suspend fun load(name: String): ByteArray?

    /** Keeps a secret in place of any other of its name, durable on return. */
    suspend fun save(name: String, secret: ByteArray)

    /** Forgets a secret, durable on return. It is no error that there is none. */
    suspend fun remove(name: String)
}

/**
 * Does the wallet's calls.
 *
 * Whatever is thrown that is no [HostException] is told to the wallet as `connection_lost`: a byte may have left. The
 * codes here are `unreachable`, `timed_out`, `connection_lost`, `insecure`, `malformed_answer` and `body_too_large`.
 */
interface HostHttp {
    /** Does one call. Redirects are answers like any other, and are not followed. */
    suspend fun send(call: HttpCall): HttpAnswer
}

/**
 * A call that the wallet makes.
 *
 * @property url an absolute address.
 * @property body null where there is none.
 * @property timeoutMillis for the whole call, to the last byte of the answer; then the wallet has given it up.
 * @property bodyLimit the most bytes of a body that the wallet takes; a longer one is `body_too_large`.
 */
class HttpCall(
    val method: String,
    val url: String,
    val headers: List<Pair<String, String>>,
    val body: ByteArray?,
    val connectTimeoutMillis: Long,
    val timeoutMillis: Long,
    val bodyLimit: Long,
) {
    /** Method and address; never a header or the body, which hold secrets. */
    override fun toString(): String = "$method $url"
}

/** What a server answered. */
class HttpAnswer(val status: Int, val headers: List<Pair<String, String>>, val body: ByteArray)

/**
 * Why a host has not done what it was asked.
 *
 * @property code one of those of the interface that was asked.
 * @param message for a log: nothing secret, nothing of the person.
 * @property mayHaveBeenSent false where no byte of a call has left: then its decision can't have taken effect.
 */
class HostException(
    val code: String,
    message: String,
    val mayHaveBeenSent: Boolean = true,
    cause: Throwable? = null,
) : Exception(message, cause)
