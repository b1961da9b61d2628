package fexwallet

import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.serialization.json.JsonObject

/**
 * A customer's wallet.
 *
 * Its functions are the methods of `Documentation/messages.md`, its [topics] the topics there. Amounts are decimal
 * strings with their currency beside them, times are RFC 3339 in UTC. Texts from outside, such as a merchant's name,
 * are as the platform gave them.
 *
 * Everything may be called on any thread and at once. A function that waits throws a [WalletException] where the
 * wallet answers with an error, and a [WalletClosedException] after [close]. Cancelling its coroutine ends the
 * waiting; a decision that was on disk by then is not undone, and [outbox] has it.
 *
 * @property opened what opening the wallet said: its version, and whether its database had to be repaired.
 */
class FexWallet private constructor(private val connection: Connection, val opened: Opened) : AutoCloseable {
    /** What the wallet says of itself, for as long as it is collected. */
    val topics: Topics = Topics(connection)

    /** Who is logged in, what the wallet holds, and what waits. Asks nobody. */
    suspend fun status(): Status = call("status") { Status.fromJson(it) }

    /**
     * Logs in by a page that the person opens on any device, and returns once they have allowed it.
     *
     * @param deviceName the name that the person knows this device by.
     * @param show shows the person the page and its code. An exception of it ends the login and is thrown on.
     */
    suspend fun loginDevice(deviceName: String, show: suspend (LoginPrompt) -> Unit): LoggedIn = coroutineScope {
        val prompts = launch(start = CoroutineStart.UNDISPATCHED) {
            connection.logins.collect { prompt -> show(decoded { LoginPrompt.fromJson(prompt.asObject()) }) }
        }
        try {
            call("login.device", "device_name" to deviceName) { LoggedIn.fromJson(it) }
        } finally {
            prompts.cancel()
        }
    }

    /**
     * Begins a login in the person's browser (PKCE).
     *
     * @param redirect the address of the app that the browser leads back to.
     */
    suspend fun loginBegin(redirect: String): LoginPage =
        call("login.begin", "redirect" to redirect) { LoginPage.fromJson(it) }

    /** Ends what [loginBegin] began, with the address that the browser led back to. */
    suspend fun loginFinish(callback: String, deviceName: String): LoggedIn =
        call("login.finish", "callback" to callback, "device_name" to deviceName) { LoggedIn.fromJson(it) }

    /** Logs in with tokens that the app has otherwise. [expiresIn] is in seconds. */
    suspend fun loginTokens(
        accessToken: String,
        expiresIn: Int,
        deviceName: String,
        refreshToken: String? = null,
    ): LoggedIn = call(
        "login.tokens", "access_token" to accessToken, "expires_in" to expiresIn, "refresh_token" to refreshToken,
        "device_name" to deviceName) { LoggedIn.fromJson(it) }

    /** Logs in with a password. For tests: people use a page. */
    suspend fun loginPassword(username: String, password: String, deviceName: String): LoggedIn =
        call("login.password", "username" to username, "password" to password, "device_name" to deviceName) {
            LoggedIn.fromJson(it)
        }

    /** Logs out; `revoked` is whether the platform knows. */
    suspend fun logout(): LoggedOut = call("logout") { LoggedOut.fromJson(it) }

    /** What a scanned text is, and the intent as the platform has it. Moves no money. */
    suspend fun scan(code: String): ScanReport = call("scan", "code" to code) { ScanReport.fromJson(it) }

    /**
     * Pays an intent whose code was scanned. The decision's `state` says what came of it ([DecisionState]).
     *
     * @param shown what the person saw.
     * @param consent how the person agreed ([Consent]); by default they were asked.
     * @throws WalletException `terms_changed` where the platform has other terms by now.
     */
    suspend fun pay(shown: ShownTerms, reason: String? = null, consent: String? = null): DecisionResult =
        decide("pay", shown, reason, consent)

    /** Approves what a till asked of this wallet. As [pay] otherwise. */
    suspend fun approve(shown: ShownTerms, reason: String? = null, consent: String? = null): DecisionResult =
        decide("approve", shown, reason, consent)

    /** Declines what a till asked of this wallet. As [pay] otherwise. */
    suspend fun decline(shown: ShownTerms, reason: String? = null, consent: String? = null): DecisionResult =
        decide("decline", shown, reason, consent)

    /**
     * What tills have asked of this wallet.
     *
     * @param all whether those are among them that nothing can be decided of any more.
     * @param refresh whether the platform is asked first.
     */
    suspend fun approvals(all: Boolean? = null, refresh: Boolean? = null): Approvals =
        call("approvals", "all" to all, "refresh" to refresh) { Approvals.fromJson(it) }

    /** Takes in the payload of a push message, and says what it asks. */
    suspend fun approvalsReceive(push: String): ReceivedApproval =
        call("approvals.receive", "push" to push) { ReceivedApproval.fromJson(it) }

    /** Takes in the payload of a push message, and says what it asks. */
    suspend fun approvalsReceive(push: JsonObject): ReceivedApproval =
        call("approvals.receive", "push" to push) { ReceivedApproval.fromJson(it) }

    /** Says no more of what a merchant asks. */
    suspend fun approvalsMute(merchant: String): MutedMerchant =
        call("approvals.mute", "merchant" to merchant) { MutedMerchant.fromJson(it) }

    /** Says again what a merchant asks. */
    suspend fun approvalsUnmute(merchant: String): MutedMerchant =
        call("approvals.unmute", "merchant" to merchant) { MutedMerchant.fromJson(it) }

    /** The merchants that are muted. */
    suspend fun approvalsMuted(): MutedMerchants = call("approvals.muted") { MutedMerchants.fromJson(it) }

    /** The decisions that are not settled. */
    suspend fun outbox(): Outbox = call("outbox") { Outbox.fromJson(it) }

    /** Sends a decision now. [id] is its own or its intent's. */
    suspend fun outboxRetry(id: String): DecisionResult =
        call("outbox.retry", "id" to id) { DecisionResult.fromJson(it) }

    /** Takes back a decision of which nothing can have left. [id] is its own or its intent's. */
    suspend fun outboxCancel(id: String): DecisionResult =
        call("outbox.cancel", "id" to id) { DecisionResult.fromJson(it) }

    /** Sends what waits and fetches what is new. */
    suspend fun sync(): SyncReport = call("sync") { SyncReport.fromJson(it) }

    /** Listens for news and sends what waits, in the background, until [syncStop] or [close]. */
    suspend fun syncStart(): SyncRunning = call("sync.start") { SyncRunning.fromJson(it) }

    /** Ends what [syncStart] began. */
    suspend fun syncStop(): SyncRunning = call("sync.stop") { SyncRunning.fromJson(it) }

    /**
     * Transactions, newest first, from this device alone.
     *
     * @param limit 1 to 1000, 50 by default.
     * @param after `next` of the page before.
     * @param since a day (`2026-11-30`) or a time. So is [until].
     * @param min the least amount, a decimal string; [max] the largest.
     */
    suspend fun history(
        limit: Int? = null,
        after: String? = null,
        search: String? = null,
        type: String? = null,
        status: String? = null,
        merchant: String? = null,
        since: String? = null,
        until: String? = null,
        min: String? = null,
        max: String? = null,
        currency: String? = null,
    ): History = call(
        "history", "limit" to limit, "after" to after, "search" to search, "type" to type, "status" to status,
        "merchant" to merchant, "since" to since, "until" to until, "min" to min, "max" to max,
        "currency" to currency) { History.fromJson(it) }

    /** Sums of the transactions by `month` (the default) or `merchant`. */
    suspend fun historyTotals(by: String? = null): HistoryTotals =
        call("history.totals", "by" to by) { HistoryTotals.fromJson(it) }

    /** Everything known of an intent or a transaction. */
    suspend fun show(id: String): PaymentRecord = call("show", "id" to id) { PaymentRecord.fromJson(it) }

    /** What the wallet holds as of when; with [refresh] the platform is asked. */
    suspend fun balance(refresh: Boolean? = null): Balance =
        call("balance", "refresh" to refresh) { Balance.fromJson(it) }

    /** The customer's own code, for a till to scan. */
    suspend fun code(): WalletCode = call("code") { WalletCode.fromJson(it) }

    /** The signed decision of an intent. [id] is the intent's or the decision's. */
    suspend fun proofExport(id: String): ProofExport = call("proof.export", "id" to id) { ProofExport.fromJson(it) }

    /** Whether a signed decision holds, by the platform's list of this wallet's keys. */
    suspend fun proofVerify(proof: JsonObject): ProofVerification =
        call("proof.verify", "proof" to proof) { ProofVerification.fromJson(it) }

    /** The devices that may decide for this wallet. */
    suspend fun devices(): Devices = call("devices") { Devices.fromJson(it) }

    /** Ends a device's right to decide. */
    suspend fun devicesRevoke(device: String): RevokedDevice =
        call("devices.revoke", "device" to device) { RevokedDevice.fromJson(it) }

    /** What the person has limited. */
    suspend fun limits(): Limits = call("limits") { Limits.fromJson(it) }

    /** Looks at everything that a wallet needs, and says of each whether it is in order. */
    suspend fun doctor(): Diagnosis = call("doctor") { Diagnosis.fromJson(it) }

    /**
     * Ends all work, and returns when the wallet's files are closed: not for a thread that draws. What waits for the
     * wallet throws. Decisions that were not sent stay on disk, and are sent by [sync] once the wallet is opened
     * again. Closing again does nothing.
     */
    override fun close(): Unit = connection.close()

    private suspend fun decide(method: String, shown: ShownTerms, reason: String?, consent: String?): DecisionResult =
        call(
            method, "intent" to shown.intent, "amount" to shown.amount, "currency" to shown.currency,
            "merchant" to shown.merchant, "reason" to reason, "consent" to consent) { DecisionResult.fromJson(it) }

    private suspend fun <T> call(method: String, vararg params: Pair<String, Any?>, decode: (JsonObject) -> T): T {
        val result = connection.request(method, members(*params))
        return decoded { decode(result.asObject()) }
    }

    /** Opening, and what needs no wallet. */
    companion object {
        /**
         * Opens a wallet, and returns when it can be used. It is to be [closed][FexWallet.close].
         *
         * @param signer holds the device's key in the wallet's place.
         * @param secrets keeps the secrets in the wallet's place, else they are files of its folder.
         * @param http does the calls in the wallet's place.
         * @throws WalletException why it can't be opened; nothing is left open then.
         */
        suspend fun open(
            configuration: WalletConfiguration,
            signer: HostSigner? = null,
            secrets: HostSecrets? = null,
            http: HostHttp? = null,
        ): FexWallet {
            val host = HostAnswers(signer, secrets, http)
            val connection = Connection(configuration.document(host.capabilities), host)
            try {
                val opened = connection.opened()
                return FexWallet(connection, decoded { Opened.fromJson(opened.asObject()) })
            } catch (error: Throwable) {
                connection.close()
                throw error
            }
        }

        /** The versions of the library and of its interface. */
        fun version(): Version = execute("version") { Version.fromJson(it) }

        /** What a scanned text is, without asking anybody. */
        fun parse(code: String): ScanReport = execute("parse", "code" to code) { ScanReport.fromJson(it) }

        /** An amount as it is shown, and in minor units. */
        fun money(text: String, currency: String): MoneyText =
            execute("money", "text" to text, "currency" to currency) { MoneyText.fromJson(it) }

        /** Whether a signed decision holds, by these keys (a JWK set). */
        fun proofVerify(proof: JsonObject, keys: JsonObject): ProofVerification =
            execute("proof.verify", "proof" to proof, "keys" to keys) { ProofVerification.fromJson(it) }

        private fun <T> execute(method: String, vararg params: Pair<String, Any?>, decode: (JsonObject) -> T): T {
            val request = members("id" to 1, "method" to method, "params" to members(*params)).encoded()
            val result = decoded { parsed(Fex.execute(request)) }.member("result")
            return decoded { decode(result.asObject()) }
        }
    }
}
