// What a wallet says, as types. Made by `Scripts/messages generate` from Documentation/wallet-messages.schema.json:
// changes are made there. Texts with a list of known ones are plain strings, since a newer wallet may say others; the
// lists are the objects at the top.
package fexwallet

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** A document lacks a member, or has one of another type. [place] says which: `Decision.refusal`. */
class MalformedDocument(val place: String, problem: String) : IllegalArgumentException("$place $problem")

private typealias Read<T> = (JsonElement, String) -> T

private val readText: Read<String> = { value, place ->
    (value as? JsonPrimitive)?.takeIf { it.isString }?.content ?: throw MalformedDocument(place, "is no text")
}

private val readInteger: Read<Long> = { value, place ->
    (value as? JsonPrimitive)?.takeIf { !it.isString }?.content?.toLongOrNull()
        ?: throw MalformedDocument(place, "is no integer")
}

private val readBoolean: Read<Boolean> = { value, place ->
    (value as? JsonPrimitive)?.takeIf { !it.isString }?.content?.toBooleanStrictOrNull()
        ?: throw MalformedDocument(place, "is neither true nor false")
}

private val readObject: Read<JsonObject> = { value, place ->
    value as? JsonObject ?: throw MalformedDocument(place, "is no object")
}

private fun <T> readList(item: Read<T>): Read<List<T>> = { value, place ->
    (value as? JsonArray ?: throw MalformedDocument(place, "is no list"))
        .mapIndexed { number, part -> item(part, "$place[$number]") }
}

private fun <T> readMap(item: Read<T>): Read<Map<String, T>> = { value, place ->
    readObject(value, place).mapValues { (name, part) -> item(part, "$place.$name") }
}

private fun <T> readNullable(read: Read<T>): Read<T?> = { value, place ->
    if (value is JsonNull) null else read(value, place)
}

private fun <T> JsonObject.required(place: String, name: String, read: Read<T>): T =
    read(this[name] ?: throw MalformedDocument("$place.$name", "is missing"), "$place.$name")

private fun <T> JsonObject.optional(place: String, name: String, read: Read<T>): T? =
    this[name]?.let { readNullable(read)(it, "$place.$name") }

/** What can be subscribed to. */
object Topic {
    const val APPROVALS: String = "approvals"
    const val BALANCE: String = "balance"
    const val HISTORY: String = "history"
    const val OUTBOX: String = "outbox"
    const val LISTENING: String = "listening"
    const val SESSION: String = "session"
    const val LOG: String = "log"
}

/** What a host can do in place of the wallet. */
object Capability {
    const val SIGN: String = "sign"
    const val SECRETS: String = "secrets"
    const val HTTP: String = "http"
}

/** How the person has agreed: shown the terms, typed the amount, or beforehand. */
object Consent {
    const val ASKED: String = "asked"
    const val AMOUNT_TYPED: String = "amount_typed"
    const val PREAUTHORISED: String = "preauthorised"
}

/** Whether it is a yes or a no, and to what. */
object DecisionKind {
    const val PAY: String = "pay"
    const val APPROVE: String = "approve"
    const val DECLINE: String = "decline"
}

/** How far a decision has come. */
object DecisionState {
    const val CONFIRMED: String = "confirmed"
    const val REFUSED: String = "refused"
    const val LAPSED: String = "lapsed"
    const val WAITING: String = "waiting"
    const val UNKNOWN: String = "unknown"
    const val CANCELLED: String = "cancelled"
}

/** Where a request stands, as the customer sees it. */
object ApprovalState {
    const val PENDING: String = "pending"
    const val ANSWERED: String = "answered"
    const val APPROVED: String = "approved"
    const val DECLINED: String = "declined"
    const val DECIDED_ELSEWHERE: String = "decided_elsewhere"
    const val CANCELLED: String = "cancelled"
    const val EXPIRED: String = "expired"
    const val UNKNOWN: String = "unknown"
}

/** Whether somebody is logged in; if not, whether the session was ended, or the secrets can't be read. */
object SessionWord {
    const val LOGGED_IN: String = "logged_in"
    const val LOGGED_OUT: String = "logged_out"
    const val ENDED: String = "ended"
    const val UNREADABLE: String = "unreadable"
}

/** By what news is heard of: the event server, asking again and again, or not at all. */
object ListeningMode {
    const val STREAM: String = "stream"
    const val POLL: String = "poll"
    const val NO: String = "no"
}

/** Whether trying again can help. */
object RetryAdvice {
    const val NEVER: String = "never"
    const val SAME_KEY: String = "same_key"
    const val LATER: String = "later"
}

/** Whether money may have moved. */
object MoneyEffect {
    const val NOT_MOVED: String = "not_moved"
    const val UNKNOWN: String = "unknown"
    const val MOVED: String = "moved"
}

/** Whose code it is. */
object CodeKind {
    const val MERCHANT: String = "merchant"
    const val WALLET: String = "wallet"
    const val FOREIGN: String = "foreign"
}

/** How a merchant's code is written. */
object CodeForm {
    const val URI: String = "uri"
    const val JSON: String = "json"
}

/** What a code is that is not of this platform. */
object ForeignKind {
    const val EMVCO: String = "emvco"
    const val PIX: String = "pix"
    const val PROMPTPAY: String = "promptpay"
    const val SWISS_QR_BILL: String = "swiss_qr_bill"
    const val EPC: String = "epc"
    const val UPI: String = "upi"
    const val SPAYD: String = "spayd"
    const val PAY_BY_SQUARE: String = "pay_by_square"
    const val UPN_QR: String = "upn_qr"
    const val HUB3: String = "hub3"
    const val IPS_RS: String = "ips_rs"
    const val ST00012: String = "st00012"
    const val BITCOIN: String = "bitcoin"
    const val LIGHTNING: String = "lightning"
    const val ETHEREUM: String = "ethereum"
    const val SOLANA: String = "solana"
    const val LITECOIN: String = "litecoin"
    const val DOGECOIN: String = "dogecoin"
    const val MONERO: String = "monero"
    const val CASHU: String = "cashu"
    const val TALER: String = "taler"
    const val WIFI: String = "wifi"
    const val VCARD: String = "vcard"
    const val OTPAUTH: String = "otpauth"
    const val EMAIL: String = "email"
    const val TEL: String = "tel"
    const val SMS: String = "sms"
    const val GEO: String = "geo"
    const val EVENT: String = "event"
    const val SECRET: String = "secret"
    const val URL: String = "url"
    const val TEXT: String = "text"
}

/** What happened to a payment. */
object MomentKind {
    const val REQUESTED: String = "requested"
    const val DECIDED: String = "decided"
    const val SENT: String = "sent"
    const val PAID: String = "paid"
    const val MOVED: String = "moved"
    const val COMPLETED: String = "completed"
    const val DECLINED: String = "declined"
    const val CONFIRMED: String = "confirmed"
    const val REFUSED: String = "refused"
    const val LAPSED: String = "lapsed"
    const val CANCELLED: String = "cancelled"
    const val WITHDRAWN: String = "withdrawn"
    const val EXPIRED: String = "expired"
    const val REFUNDED: String = "refunded"
}

/** A list of changes at the platform. */
object Feed {
    const val APPROVALS: String = "approvals"
    const val TRANSACTIONS: String = "transactions"
}

/** A part of a sync, done whatever becomes of the others. */
object SyncStep {
    const val DECISIONS: String = "decisions"
    const val APPROVALS: String = "approvals"
    const val TRANSACTIONS: String = "transactions"
    const val ACCOUNT: String = "account"
}

/** How grave a line of the log is. */
object LogLevel {
    const val TRACE: String = "trace"
    const val DEBUG: String = "debug"
    const val INFO: String = "info"
    const val NOTICE: String = "notice"
    const val WARNING: String = "warning"
    const val ERROR: String = "error"
    const val CRITICAL: String = "critical"
}

/** What a doctor looks at. */
object CheckSubject {
    const val DATABASE: String = "database"
    const val SECRETS: String = "secrets"
    const val IDENTITY_PROVIDER: String = "identity_provider"
    const val API: String = "api"
    const val SESSION: String = "session"
    const val DEVICE: String = "device"
    const val EVENTS: String = "events"
    const val CLOCK: String = "clock"
}

/** What keeps a host from answering: of the key, of secrets, of calls, and of a question that it does not know. */
object HostErrorCode {
    const val SIGNING_DECLINED: String = "signing_declined"
    const val SIGNER_LOCKED: String = "signer_locked"
    const val SIGNER_FAILED: String = "signer_failed"
    const val LOCKED: String = "locked"
    const val SECRET_STORE_UNAVAILABLE: String = "secret_store_unavailable"
    const val SECRET_STORE_FAILED: String = "secret_store_failed"
    const val UNREACHABLE: String = "unreachable"
    const val TIMED_OUT: String = "timed_out"
    const val CONNECTION_LOST: String = "connection_lost"
    const val INSECURE: String = "insecure"
    const val MALFORMED_ANSWER: String = "malformed_answer"
    const val BODY_TOO_LARGE: String = "body_too_large"
    const val UNKNOWN_QUESTION: String = "unknown_question"
}

/** The doors' own codes of errors, beside those of error-codes.md. */
object DoorErrorCode {
    const val NOT_A_MESSAGE: String = "not_a_message"
    const val MESSAGE_TOO_LONG: String = "message_too_long"
    const val BAD_ID: String = "bad_id"
    const val REPEATED_ID: String = "repeated_id"
    const val UNKNOWN_METHOD: String = "unknown_method"
    const val BAD_PARAMETER: String = "bad_parameter"
    const val NO_QUESTION: String = "no_question"
    const val TOO_MANY_REQUESTS: String = "too_many_requests"
    const val CANCELLED: String = "cancelled"
    const val CLOSED: String = "closed"
    const val INTERNAL: String = "internal"
}

/** What went wrong. */
data class ErrorDocument(
    /** What programs decide by: of DoorErrorCode, of error-codes.md, or the platform's own. */
    val code: String,
    /** An English sentence on one line, fit to be shown. */
    val message: String,
    /** Whether trying again can help. One of [RetryAdvice], or what a newer wallet says. */
    val retry: String,
    /** Whether money may have moved by what failed. One of [MoneyEffect], or what a newer wallet says. */
    val money: String,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): ErrorDocument = read(value, "ErrorDocument")

        internal fun read(value: JsonElement, place: String): ErrorDocument {
            val json = readObject(value, place)
            return ErrorDocument(
                code = json.required(place, "code", readText),
                message = json.required(place, "message", readText),
                retry = json.required(place, "retry", readText),
                money = json.required(place, "money", readText),
            )
        }
    }
}

/** An open wallet. */
data class Opened(
    /** The wallet's version. */
    val version: String,
    /** What became of a damaged database; null where it was sound. */
    val recovery: Recovery?,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Opened = read(value, "Opened")

        internal fun read(value: JsonElement, place: String): Opened {
            val json = readObject(value, place)
            return Opened(
                version = json.required(place, "version", readText),
                recovery = json.required(place, "recovery", readNullable(Recovery.Companion::read)),
            )
        }
    }
}

/** A database that was damaged, and has been repaired. */
data class Recovery(
    /** Whether every decision was read back. */
    val allDecisions: Boolean,
    /** What was found, for people. */
    val message: String,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Recovery = read(value, "Recovery")

        internal fun read(value: JsonElement, place: String): Recovery {
            val json = readObject(value, place)
            return Recovery(
                allDecisions = json.required(place, "all_decisions", readBoolean),
                message = json.required(place, "message", readText),
            )
        }
    }
}

/** Who is logged in, and how fresh things are. */
data class Status(
    /** Whether somebody is logged in, as far as this device knows. */
    val loggedIn: Boolean,
    /** The same, and why not. One of [SessionWord], or what a newer wallet says. */
    val session: String,
    /** The wallet's id; null before the first login. */
    val wallet: String?,
    /** The balance as last known; null before the first login. */
    val balance: String?,
    /** The balance's currency; null before the first login. */
    val currency: String?,
    /** How many decisions are not settled. */
    val queued: Long,
    /** When all was last in step with the platform; null if it never was. */
    val lastSync: String?,
    /** By what news is heard of. One of [ListeningMode], or what a newer wallet says. */
    val listening: String,
    /** How many rows of the platform can't be read, and are kept aside. */
    val quarantined: Long,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Status = read(value, "Status")

        internal fun read(value: JsonElement, place: String): Status {
            val json = readObject(value, place)
            return Status(
                loggedIn = json.required(place, "logged_in", readBoolean),
                session = json.required(place, "session", readText),
                wallet = json.required(place, "wallet", readNullable(readText)),
                balance = json.required(place, "balance", readNullable(readText)),
                currency = json.required(place, "currency", readNullable(readText)),
                queued = json.required(place, "queued", readInteger),
                lastSync = json.required(place, "last_sync", readNullable(readText)),
                listening = json.required(place, "listening", readText),
                quarantined = json.required(place, "quarantined", readInteger),
            )
        }
    }
}

/** Whose wallet it is. */
data class LoggedIn(
    /** The wallet's id. */
    val wallet: String,
    /** What it holds, in major units. */
    val balance: String,
    /** The balance's currency. */
    val currency: String,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): LoggedIn = read(value, "LoggedIn")

        internal fun read(value: JsonElement, place: String): LoggedIn {
            val json = readObject(value, place)
            return LoggedIn(
                wallet = json.required(place, "wallet", readText),
                balance = json.required(place, "balance", readText),
                currency = json.required(place, "currency", readText),
            )
        }
    }
}

/** A page for the person's browser. */
data class LoginPage(
    /** The page's address. */
    val page: String,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): LoginPage = read(value, "LoginPage")

        internal fun read(value: JsonElement, place: String): LoginPage {
            val json = readObject(value, place)
            return LoginPage(
                page = json.required(place, "page", readText),
            )
        }
    }
}

/** What the person has to do to log this device in. */
data class LoginPrompt(
    /** The address of the page on which the code is allowed, on any device. */
    val page: String,
    /** The same with the code in it, to be shown as a QR code; null where there is none. */
    val pageWithCode: String?,
    /** The code to allow. */
    val userCode: String,
    /** Until when it can be allowed. */
    val expiresAt: String,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): LoginPrompt = read(value, "LoginPrompt")

        internal fun read(value: JsonElement, place: String): LoginPrompt {
            val json = readObject(value, place)
            return LoginPrompt(
                page = json.required(place, "page", readText),
                pageWithCode = json.required(place, "page_with_code", readNullable(readText)),
                userCode = json.required(place, "user_code", readText),
                expiresAt = json.required(place, "expires_at", readText),
            )
        }
    }
}

/** The end of a session. */
data class LoggedOut(
    /** False: nobody is logged in any more. */
    val loggedIn: Boolean,
    /** Whether the platform was told; else its tokens end by themselves. */
    val revoked: Boolean,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): LoggedOut = read(value, "LoggedOut")

        internal fun read(value: JsonElement, place: String): LoggedOut {
            val json = readObject(value, place)
            return LoggedOut(
                loggedIn = json.required(place, "logged_in", readBoolean),
                revoked = json.required(place, "revoked", readBoolean),
            )
        }
    }
}

/** What a code is, and the intent that it names as the platform has it. */
data class ScanReport(
    /** Whose code it is. One of [CodeKind], or what a newer wallet says. */
    val kind: String,
    /** How a merchant's code is written; null of others. One of [CodeForm], or what a newer wallet says. */
    val form: String?,
    /** The intent that the code names, or may name; null where it names none. */
    val intent: String?,
    /** The amount in the code; null where it names none. */
    val amount: String?,
    /** The amount's currency; null where it names none. */
    val currency: String?,
    /** The merchant's id in the code; null where it names none. */
    val merchant: String?,
    /** The merchant's name in the code, text from outside; null where it names none. */
    val merchantName: String?,
    /** What a foreign code is; null of others. One of [ForeignKind], or what a newer wallet says. */
    val foreign: String?,
    /** What the code is, in an English sentence. */
    val summary: String,
    /** Whether the platform has said what the intent is. */
    val fetched: Boolean,
    /** The intent as the platform has it; null where it was not fetched. */
    val paymentIntent: PaymentIntent?,
    /** Whether code and intent agree; null where it was not fetched. */
    val matches: Boolean?,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): ScanReport = read(value, "ScanReport")

        internal fun read(value: JsonElement, place: String): ScanReport {
            val json = readObject(value, place)
            return ScanReport(
                kind = json.required(place, "kind", readText),
                form = json.required(place, "form", readNullable(readText)),
                intent = json.required(place, "intent", readNullable(readText)),
                amount = json.required(place, "amount", readNullable(readText)),
                currency = json.required(place, "currency", readNullable(readText)),
                merchant = json.required(place, "merchant", readNullable(readText)),
                merchantName = json.required(place, "merchant_name", readNullable(readText)),
                foreign = json.required(place, "foreign", readNullable(readText)),
                summary = json.required(place, "summary", readText),
                fetched = json.required(place, "fetched", readBoolean),
                paymentIntent = json.required(place, "payment_intent", readNullable(PaymentIntent.Companion::read)),
                matches = json.required(place, "matches", readNullable(readBoolean)),
            )
        }
    }
}

/**
 * A payment that a merchant asks for: the platform's own document, its amount as an exact text. More members may stand
 * beside these.
 */
data class PaymentIntent(
    /** The intent's id. */
    val id: String,
    /** The id of the merchant who asks. */
    val merchantId: String,
    /** The merchant's name, text from outside. */
    val merchantName: String? = null,
    /** What is to be paid, in major units. */
    val amount: String,
    /** The amount's currency. */
    val currency: String,
    /** Where it stands: pending, pending_approval, completed, cancelled, expired, declined, refunded. */
    val status: String,
    /** When it lapses, RFC 3339. */
    val expiresAt: String,
    /** What it is for, text from outside. */
    val description: String? = null,
    /** The wallet that a till asked; absent where anybody may pay. */
    val targetWalletId: String? = null,
    /** The wallet that paid. */
    val completedBy: String? = null,
    /** When it was paid, RFC 3339. */
    val completedAt: String? = null,
    /** How a refund stands. */
    val refundStatus: String? = null,
    /** The merchant's own reference, text from outside. */
    val reference: String? = null,
    /** The merchant's object; null where it is longer than 4 KB. */
    val metadata: JsonObject? = null,
    /** When the merchant asked, RFC 3339. */
    val createdAt: String? = null,
    /** When it last changed, RFC 3339. */
    val updatedAt: String? = null,
    /** The whole document, with the members that have no name here. */
    val document: JsonObject,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): PaymentIntent = read(value, "PaymentIntent")

        internal fun read(value: JsonElement, place: String): PaymentIntent {
            val json = readObject(value, place)
            return PaymentIntent(
                id = json.required(place, "id", readText),
                merchantId = json.required(place, "merchant_id", readText),
                merchantName = json.optional(place, "merchant_name", readText),
                amount = json.required(place, "amount", readText),
                currency = json.required(place, "currency", readText),
                status = json.required(place, "status", readText),
                expiresAt = json.required(place, "expires_at", readText),
                description = json.optional(place, "description", readText),
                targetWalletId = json.optional(place, "target_wallet_id", readText),
                completedBy = json.optional(place, "completed_by", readText),
                completedAt = json.optional(place, "completed_at", readText),
                refundStatus = json.optional(place, "refund_status", readText),
                reference = json.optional(place, "reference", readText),
                metadata = json.optional(place, "metadata", readObject),
                createdAt = json.optional(place, "created_at", readText),
                updatedAt = json.optional(place, "updated_at", readText),
                document = json,
            )
        }
    }
}

/** A decision, and what came of it. */
data class DecisionResult(
    /** The decision as it stands: its state says what came of it. */
    val decision: Decision,
    /** The intent as the platform last showed it; null where it never did. */
    val paymentIntent: PaymentIntent?,
    /** The payment in the ledger; null as long as none is known. */
    val transaction: Transaction?,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): DecisionResult = read(value, "DecisionResult")

        internal fun read(value: JsonElement, place: String): DecisionResult {
            val json = readObject(value, place)
            return DecisionResult(
                decision = json.required(place, "decision", Decision.Companion::read),
                paymentIntent = json.required(place, "payment_intent", readNullable(PaymentIntent.Companion::read)),
                transaction = json.required(place, "transaction", readNullable(Transaction.Companion::read)),
            )
        }
    }
}

/** A customer's yes or no, as it was written down on this device. */
data class Decision(
    /** The decision's id on this device. */
    val id: String,
    /** The intent's id. */
    val intent: String,
    /** Whether it is a yes or a no, and to what. One of [DecisionKind], or what a newer wallet says. */
    val kind: String,
    /** How far it has come. One of [DecisionState], or what a newer wallet says. */
    val state: String,
    /** Why it stands there, for people; null where there is nothing to say. */
    val reason: String?,
    /** Why the platform refused it; null unless it did. */
    val refusal: Refusal?,
    /** The key that every attempt sends. */
    val idempotencyKey: String,
    /** When it was said, on the platform's clock. */
    val decidedAt: String,
    /** When the intent lapses, on the platform's clock. */
    val expiresAt: String,
    /** The amount that the person saw, in major units. */
    val amount: String,
    /** The amount's currency. */
    val currency: String,
    /** The merchant's id. */
    val merchant: String,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Decision = read(value, "Decision")

        internal fun read(value: JsonElement, place: String): Decision {
            val json = readObject(value, place)
            return Decision(
                id = json.required(place, "id", readText),
                intent = json.required(place, "intent", readText),
                kind = json.required(place, "kind", readText),
                state = json.required(place, "state", readText),
                reason = json.required(place, "reason", readNullable(readText)),
                refusal = json.required(place, "refusal", readNullable(Refusal.Companion::read)),
                idempotencyKey = json.required(place, "idempotency_key", readText),
                decidedAt = json.required(place, "decided_at", readText),
                expiresAt = json.required(place, "expires_at", readText),
                amount = json.required(place, "amount", readText),
                currency = json.required(place, "currency", readText),
                merchant = json.required(place, "merchant", readText),
            )
        }
    }
}

/** A decision that is not settled, with when it is tried next. */
data class QueuedDecision(
    /** The decision's id on this device. */
    val id: String,
    /** The intent's id. */
    val intent: String,
    /** Whether it is a yes or a no, and to what. One of [DecisionKind], or what a newer wallet says. */
    val kind: String,
    /** How far it has come. One of [DecisionState], or what a newer wallet says. */
    val state: String,
    /** Why it stands there, for people; null where there is nothing to say. */
    val reason: String?,
    /** Why the platform refused it; null unless it did. */
    val refusal: Refusal?,
    /** The key that every attempt sends. */
    val idempotencyKey: String,
    /** When it was said, on the platform's clock. */
    val decidedAt: String,
    /** When the intent lapses, on the platform's clock. */
    val expiresAt: String,
    /** The amount that the person saw, in major units. */
    val amount: String,
    /** The amount's currency. */
    val currency: String,
    /** The merchant's id. */
    val merchant: String,
    /** How often it was tried. */
    val attempts: Long,
    /** When it is tried again, on the platform's clock; null while no attempt is planned. */
    val nextAttemptAt: String?,
    /** What it waits for, for people; null before the first attempt. */
    val waitingFor: String?,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): QueuedDecision = read(value, "QueuedDecision")

        internal fun read(value: JsonElement, place: String): QueuedDecision {
            val json = readObject(value, place)
            return QueuedDecision(
                id = json.required(place, "id", readText),
                intent = json.required(place, "intent", readText),
                kind = json.required(place, "kind", readText),
                state = json.required(place, "state", readText),
                reason = json.required(place, "reason", readNullable(readText)),
                refusal = json.required(place, "refusal", readNullable(Refusal.Companion::read)),
                idempotencyKey = json.required(place, "idempotency_key", readText),
                decidedAt = json.required(place, "decided_at", readText),
                expiresAt = json.required(place, "expires_at", readText),
                amount = json.required(place, "amount", readText),
                currency = json.required(place, "currency", readText),
                merchant = json.required(place, "merchant", readText),
                attempts = json.required(place, "attempts", readInteger),
                nextAttemptAt = json.required(place, "next_attempt_at", readNullable(readText)),
                waitingFor = json.required(place, "waiting_for", readNullable(readText)),
            )
        }
    }
}

/** Why the platform refused a decision for good. */
data class Refusal(
    /** A code of the table of refusals in error-codes.md. */
    val code: String,
    /** A sentence for people. */
    val message: String,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Refusal = read(value, "Refusal")

        internal fun read(value: JsonElement, place: String): Refusal {
            val json = readObject(value, place)
            return Refusal(
                code = json.required(place, "code", readText),
                message = json.required(place, "message", readText),
            )
        }
    }
}

/** A movement of money in the platform's ledger. */
data class Transaction(
    /** The transaction's id. */
    val id: String,
    /** The intent it belongs to; null where nobody asked for it. */
    val intent: String?,
    /** What it is: payment, refund, funding, or what the platform will think of. */
    val type: String,
    /** Where it stands: pending, completed, refunded, or what the platform will think of. */
    val status: String,
    /** How much was moved, in major units; its type says in which direction. */
    val amount: String,
    /** The amount's currency. */
    val currency: String,
    /** The merchant on the other side; null where it is not known. */
    val merchant: String?,
    /** The merchant's name at the time, text from outside; null where it is not known. */
    val merchantName: String?,
    /** What it was for, text from outside; null where nothing is said. */
    val description: String?,
    /** When the platform made it. */
    val createdAt: String,
    /** When the money had moved; null while it has not. */
    val completedAt: String?,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Transaction = read(value, "Transaction")

        internal fun read(value: JsonElement, place: String): Transaction {
            val json = readObject(value, place)
            return Transaction(
                id = json.required(place, "id", readText),
                intent = json.required(place, "intent", readNullable(readText)),
                type = json.required(place, "type", readText),
                status = json.required(place, "status", readText),
                amount = json.required(place, "amount", readText),
                currency = json.required(place, "currency", readText),
                merchant = json.required(place, "merchant", readNullable(readText)),
                merchantName = json.required(place, "merchant_name", readNullable(readText)),
                description = json.required(place, "description", readNullable(readText)),
                createdAt = json.required(place, "created_at", readText),
                completedAt = json.required(place, "completed_at", readNullable(readText)),
            )
        }
    }
}

/** What tills ask of the customer. */
data class Approvals(
    /** The requests, newest first. */
    val approvals: List<ApprovalRequest>,
    /** The open requests counted by merchant. */
    val groups: List<ApprovalGroup>,
    /** Null: all are there. */
    val next: String?,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Approvals = read(value, "Approvals")

        internal fun read(value: JsonElement, place: String): Approvals {
            val json = readObject(value, place)
            return Approvals(
                approvals = json.required(place, "approvals", readList(ApprovalRequest.Companion::read)),
                groups = json.required(place, "groups", readList(ApprovalGroup.Companion::read)),
                next = json.required(place, "next", readNullable(readText)),
            )
        }
    }
}

/** A till's request for the customer's yes or no. */
data class ApprovalRequest(
    /** The intent's id. */
    val intent: String,
    /** Where it stands. One of [ApprovalState], or what a newer wallet says. */
    val state: String,
    /** The merchant's name, text from outside; null where it has none. */
    val merchantName: String?,
    /** The merchant's id. */
    val merchant: String,
    /** What is asked for, in major units. */
    val amount: String,
    /** The amount's currency. */
    val currency: String,
    /** What it is for, text from outside; null where nothing is said. */
    val description: String?,
    /** When it lapses, on the platform's clock. */
    val expiresAt: String,
    /** What it said when this device first saw it; null where it says the same. */
    val changedFrom: Terms?,
    /** The intent of an earlier request that it may repeat; null where there is none. */
    val repeats: String?,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): ApprovalRequest = read(value, "ApprovalRequest")

        internal fun read(value: JsonElement, place: String): ApprovalRequest {
            val json = readObject(value, place)
            return ApprovalRequest(
                intent = json.required(place, "intent", readText),
                state = json.required(place, "state", readText),
                merchantName = json.required(place, "merchant_name", readNullable(readText)),
                merchant = json.required(place, "merchant", readText),
                amount = json.required(place, "amount", readText),
                currency = json.required(place, "currency", readText),
                description = json.required(place, "description", readNullable(readText)),
                expiresAt = json.required(place, "expires_at", readText),
                changedFrom = json.required(place, "changed_from", readNullable(Terms.Companion::read)),
                repeats = json.required(place, "repeats", readNullable(readText)),
            )
        }
    }
}

/** The open requests of one merchant. */
data class ApprovalGroup(
    /** The merchant's id. */
    val merchant: String,
    /** The merchant's name in the newest request, text from outside; null where it has none. */
    val merchantName: String?,
    /** How many of its requests wait. */
    val count: Long,
    /** Whether the customer has muted it on this device. */
    val muted: Boolean,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): ApprovalGroup = read(value, "ApprovalGroup")

        internal fun read(value: JsonElement, place: String): ApprovalGroup {
            val json = readObject(value, place)
            return ApprovalGroup(
                merchant = json.required(place, "merchant", readText),
                merchantName = json.required(place, "merchant_name", readNullable(readText)),
                count = json.required(place, "count", readInteger),
                muted = json.required(place, "muted", readBoolean),
            )
        }
    }
}

/** What a request said before it changed. */
data class Terms(
    /** The amount, in major units. */
    val amount: String,
    /** The amount's currency. */
    val currency: String,
    /** The merchant's id. */
    val merchant: String,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Terms = read(value, "Terms")

        internal fun read(value: JsonElement, place: String): Terms {
            val json = readObject(value, place)
            return Terms(
                amount = json.required(place, "amount", readText),
                currency = json.required(place, "currency", readText),
                merchant = json.required(place, "merchant", readText),
            )
        }
    }
}

/** What a push notification asks. */
data class ReceivedApproval(
    /** The request; null where it asks nothing of this wallet. */
    val approval: ApprovalRequest?,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): ReceivedApproval = read(value, "ReceivedApproval")

        internal fun read(value: JsonElement, place: String): ReceivedApproval {
            val json = readObject(value, place)
            return ReceivedApproval(
                approval = json.required(place, "approval", readNullable(ApprovalRequest.Companion::read)),
            )
        }
    }
}

/** Whether a merchant's requests are counted in place of being shown each. */
data class MutedMerchant(
    /** The merchant's id. */
    val merchant: String,
    /** Whether it is muted. */
    val muted: Boolean,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): MutedMerchant = read(value, "MutedMerchant")

        internal fun read(value: JsonElement, place: String): MutedMerchant {
            val json = readObject(value, place)
            return MutedMerchant(
                merchant = json.required(place, "merchant", readText),
                muted = json.required(place, "muted", readBoolean),
            )
        }
    }
}

/** The merchants that are muted on this device. */
data class MutedMerchants(
    /** Their ids. */
    val muted: List<String>,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): MutedMerchants = read(value, "MutedMerchants")

        internal fun read(value: JsonElement, place: String): MutedMerchants {
            val json = readObject(value, place)
            return MutedMerchants(
                muted = json.required(place, "muted", readList(readText)),
            )
        }
    }
}

/** The decisions that are not settled. */
data class Outbox(
    /** Oldest first. */
    val decisions: List<QueuedDecision>,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Outbox = read(value, "Outbox")

        internal fun read(value: JsonElement, place: String): Outbox {
            val json = readObject(value, place)
            return Outbox(
                decisions = json.required(place, "decisions", readList(QueuedDecision.Companion::read)),
            )
        }
    }
}

/** What a sync did. */
data class SyncReport(
    /**
     * The decisions that were not settled before, and those that the ledger shows a payment of all the same, as they
     * stand now.
     */
    val decisions: List<Decision>,
    /** How many changes of requests came. */
    val approvals: Long,
    /** How many changes of transactions came. */
    val transactions: Long,
    /** What the wallet holds, in major units. */
    val balance: String,
    /** The balance's currency. */
    val currency: String,
    /** The rows that can't be read, oldest first. */
    val quarantined: List<QuarantinedRow>,
    /** The steps that failed; the others were done. */
    val failures: List<SyncFailure>,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): SyncReport = read(value, "SyncReport")

        internal fun read(value: JsonElement, place: String): SyncReport {
            val json = readObject(value, place)
            return SyncReport(
                decisions = json.required(place, "decisions", readList(Decision.Companion::read)),
                approvals = json.required(place, "approvals", readInteger),
                transactions = json.required(place, "transactions", readInteger),
                balance = json.required(place, "balance", readText),
                currency = json.required(place, "currency", readText),
                quarantined = json.required(place, "quarantined", readList(QuarantinedRow.Companion::read)),
                failures = json.required(place, "failures", readList(SyncFailure.Companion::read)),
            )
        }
    }
}

/** A step of a sync that failed. */
data class SyncFailure(
    /** What was being done. One of [SyncStep], or what a newer wallet says. */
    val step: String,
    /** A code of error-codes.md, or the platform's own. */
    val code: String,
    /** A sentence for people. */
    val message: String,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): SyncFailure = read(value, "SyncFailure")

        internal fun read(value: JsonElement, place: String): SyncFailure {
            val json = readObject(value, place)
            return SyncFailure(
                step = json.required(place, "step", readText),
                code = json.required(place, "code", readText),
                message = json.required(place, "message", readText),
            )
        }
    }
}

/** A row of the platform that can't be read, and is asked for again. */
data class QuarantinedRow(
    /** The feed that it came in. One of [Feed], or what a newer wallet says. */
    val feed: String,
    /** Its number in the feed; null where it is not known. */
    val seq: Long?,
    /** Its id as far as it could be read; null where it could not. */
    val id: String?,
    /** What is wrong with it, for people. */
    val why: String,
    /** When it was first refused, on the platform's clock. */
    val foundAt: String,
    /** When it is asked for again at the earliest. */
    val nextAttemptAt: String,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): QuarantinedRow = read(value, "QuarantinedRow")

        internal fun read(value: JsonElement, place: String): QuarantinedRow {
            val json = readObject(value, place)
            return QuarantinedRow(
                feed = json.required(place, "feed", readText),
                seq = json.required(place, "seq", readNullable(readInteger)),
                id = json.required(place, "id", readNullable(readText)),
                why = json.required(place, "why", readText),
                foundAt = json.required(place, "found_at", readText),
                nextAttemptAt = json.required(place, "next_attempt_at", readText),
            )
        }
    }
}

/** Whether the wallet listens and sends in the background. */
data class SyncRunning(
    /** Whether it does from now on. */
    val running: Boolean,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): SyncRunning = read(value, "SyncRunning")

        internal fun read(value: JsonElement, place: String): SyncRunning {
            val json = readObject(value, place)
            return SyncRunning(
                running = json.required(place, "running", readBoolean),
            )
        }
    }
}

/** A page of the history. */
data class History(
    /** Newest first. */
    val transactions: List<Transaction>,
    /** The `after` of the next page; null on the last one. */
    val next: String?,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): History = read(value, "History")

        internal fun read(value: JsonElement, place: String): History {
            val json = readObject(value, place)
            return History(
                transactions = json.required(place, "transactions", readList(Transaction.Companion::read)),
                next = json.required(place, "next", readNullable(readText)),
            )
        }
    }
}

/** How much was moved. */
data class HistoryTotals(
    /** One a month or merchant, direction and currency. */
    val totals: List<HistoryTotal>,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): HistoryTotals = read(value, "HistoryTotals")

        internal fun read(value: JsonElement, place: String): HistoryTotals {
            val json = readObject(value, place)
            return HistoryTotals(
                totals = json.required(place, "totals", readList(HistoryTotal.Companion::read)),
            )
        }
    }
}

/** How much was moved in a month, or between the customer and a merchant. */
data class HistoryTotal(
    /** The month of UTC, 2026-01; absent of a merchant's total. */
    val month: String? = null,
    /** The merchant's id; null for all that are not known, absent of a month's total. */
    val merchant: String? = null,
    /** The merchant's latest name, text from outside; null where it is not known, absent of a month's total. */
    val merchantName: String? = null,
    /** What was moved: payment, refund, funding, or what the platform will think of. */
    val type: String,
    /** How many completed transactions it were. */
    val count: Long,
    /** How much they were together, in major units. */
    val amount: String,
    /** The amount's currency. */
    val currency: String,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): HistoryTotal = read(value, "HistoryTotal")

        internal fun read(value: JsonElement, place: String): HistoryTotal {
            val json = readObject(value, place)
            return HistoryTotal(
                month = json.optional(place, "month", readText),
                merchant = json.optional(place, "merchant", readText),
                merchantName = json.optional(place, "merchant_name", readText),
                type = json.required(place, "type", readText),
                count = json.required(place, "count", readInteger),
                amount = json.required(place, "amount", readText),
                currency = json.required(place, "currency", readText),
            )
        }
    }
}

/** Everything that this device knows of one payment. */
data class PaymentRecord(
    /** The intent as the platform last showed it; null where it never did. */
    val paymentIntent: PaymentIntent?,
    /** This device's last decision on it; null where it has made none. */
    val decision: Decision?,
    /** The transaction that was asked for, else the payment; null where none is known. */
    val transaction: Transaction?,
    /** All movements of money, oldest first. */
    val transactions: List<Transaction>,
    /** What happened, in order. */
    val timeline: List<Moment>,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): PaymentRecord = read(value, "PaymentRecord")

        internal fun read(value: JsonElement, place: String): PaymentRecord {
            val json = readObject(value, place)
            return PaymentRecord(
                paymentIntent = json.required(place, "payment_intent", readNullable(PaymentIntent.Companion::read)),
                decision = json.required(place, "decision", readNullable(Decision.Companion::read)),
                transaction = json.required(place, "transaction", readNullable(Transaction.Companion::read)),
                transactions = json.required(place, "transactions", readList(Transaction.Companion::read)),
                timeline = json.required(place, "timeline", readList(Moment.Companion::read)),
            )
        }
    }
}

/** Something that happened to a payment. */
data class Moment(
    /** When, on the platform's clock. */
    val at: String,
    /** What. One of [MomentKind], or what a newer wallet says. */
    val what: String,
    /** Of what a decision is told, its kind; else null. One of [DecisionKind], or what a newer wallet says. */
    val kind: String?,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Moment = read(value, "Moment")

        internal fun read(value: JsonElement, place: String): Moment {
            val json = readObject(value, place)
            return Moment(
                at = json.required(place, "at", readText),
                what = json.required(place, "what", readText),
                kind = json.required(place, "kind", readNullable(readText)),
            )
        }
    }
}

/** What the wallet holds, and how long ago that was known. */
data class Balance(
    /** What the wallet holds, in major units. */
    val balance: String,
    /** The balance's currency. */
    val currency: String,
    /** When the platform said so. */
    val asOf: String,
    /** How many seconds ago that was. */
    val ageSeconds: Long,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Balance = read(value, "Balance")

        internal fun read(value: JsonElement, place: String): Balance {
            val json = readObject(value, place)
            return Balance(
                balance = json.required(place, "balance", readText),
                currency = json.required(place, "currency", readText),
                asOf = json.required(place, "as_of", readText),
                ageSeconds = json.required(place, "age_seconds", readInteger),
            )
        }
    }
}

/** What the wallet holds, as last known. */
data class BalanceValue(
    /** What the wallet holds, in major units. */
    val balance: String,
    /** The balance's currency. */
    val currency: String,
    /** When the platform said so. */
    val asOf: String,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): BalanceValue = read(value, "BalanceValue")

        internal fun read(value: JsonElement, place: String): BalanceValue {
            val json = readObject(value, place)
            return BalanceValue(
                balance = json.required(place, "balance", readText),
                currency = json.required(place, "currency", readText),
                asOf = json.required(place, "as_of", readText),
            )
        }
    }
}

/** The customer's own code, for a till to scan. */
data class WalletCode(
    /** What the code holds: whoever has it can ask the customer to pay. */
    val scanToken: String,
    /** The code as a picture. */
    val svg: String,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): WalletCode = read(value, "WalletCode")

        internal fun read(value: JsonElement, place: String): WalletCode {
            val json = readObject(value, place)
            return WalletCode(
                scanToken = json.required(place, "scan_token", readText),
                svg = json.required(place, "svg", readText),
            )
        }
    }
}

/** A signed decision. */
data class ProofExport(
    /** The document, to be kept as it is. */
    val proof: Proof,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): ProofExport = read(value, "ProofExport")

        internal fun read(value: JsonElement, place: String): ProofExport {
            val json = readObject(value, place)
            return ProofExport(
                proof = json.required(place, "proof", Proof.Companion::read),
            )
        }
    }
}

/** What this device signed to decide: what was agreed to, not what came of it. */
data class Proof(
    /** What was decided. One of [DecisionKind], or what a newer wallet says. */
    val decision: String,
    /** The intent's id. */
    val intent: String,
    /** The wallet's id. */
    val wallet: String,
    /** The amount, in major units. */
    val amount: String,
    /** The amount's currency. */
    val currency: String,
    /** The merchant's id. */
    val merchant: String,
    /** The key that every attempt sent. */
    val idempotencyKey: String,
    /** When it was said, on the platform's clock. */
    val decidedAt: String,
    /** The device that signed. */
    val deviceId: String,
    /** Which key is meant; absent where this device does not hold it any more. It proves nothing. */
    val publicKey: PublicKey? = null,
    /** The signature: ES256, a compact JSON Web Signature. */
    val proof: String,
    /** The body in which all was sent. */
    val body: String,
    /** The whole document, with the members that have no name here. */
    val document: JsonObject,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Proof = read(value, "Proof")

        internal fun read(value: JsonElement, place: String): Proof {
            val json = readObject(value, place)
            return Proof(
                decision = json.required(place, "decision", readText),
                intent = json.required(place, "intent", readText),
                wallet = json.required(place, "wallet", readText),
                amount = json.required(place, "amount", readText),
                currency = json.required(place, "currency", readText),
                merchant = json.required(place, "merchant", readText),
                idempotencyKey = json.required(place, "idempotency_key", readText),
                decidedAt = json.required(place, "decided_at", readText),
                deviceId = json.required(place, "device_id", readText),
                publicKey = json.optional(place, "public_key", PublicKey.Companion::read),
                proof = json.required(place, "proof", readText),
                body = json.required(place, "body", readText),
                document = json,
            )
        }
    }
}

/** A device's public key, as a JSON Web Key. */
data class PublicKey(
    /** EC. */
    val kty: String,
    /** P-256. */
    val crv: String,
    /** The point's x, 32 bytes in base64url. */
    val x: String,
    /** The point's y, 32 bytes in base64url. */
    val y: String,
    /** The device's id. */
    val kid: String,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): PublicKey = read(value, "PublicKey")

        internal fun read(value: JsonElement, place: String): PublicKey {
            val json = readObject(value, place)
            return PublicKey(
                kty = json.required(place, "kty", readText),
                crv = json.required(place, "crv", readText),
                x = json.required(place, "x", readText),
                y = json.required(place, "y", readText),
                kid = json.required(place, "kid", readText),
            )
        }
    }
}

/** Whether a device has signed what a proof says. */
data class ProofVerification(
    /** Whether it holds. */
    val verified: Boolean,
    /** Why it doesn't, for programs: wrong_signature; null where it holds. */
    val reason: String?,
    /** The member that is wrong; null where it is no single one. */
    val member: String?,
    /** The device that signed; null where that can't be told. */
    val device: String?,
    /** When the device's key was revoked; null where it wasn't. */
    val revokedAt: String?,
    /** What was signed; null where it does not hold. */
    val claims: ProofClaims?,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): ProofVerification = read(value, "ProofVerification")

        internal fun read(value: JsonElement, place: String): ProofVerification {
            val json = readObject(value, place)
            return ProofVerification(
                verified = json.required(place, "verified", readBoolean),
                reason = json.required(place, "reason", readNullable(readText)),
                member = json.required(place, "member", readNullable(readText)),
                device = json.required(place, "device", readNullable(readText)),
                revokedAt = json.required(place, "revoked_at", readNullable(readText)),
                claims = json.required(place, "claims", readNullable(ProofClaims.Companion::read)),
            )
        }
    }
}

/** What a device has signed. */
data class ProofClaims(
    /** The intent's id. */
    val intent: String,
    /** The wallet's id. */
    val wallet: String,
    /** What was decided. One of [DecisionKind], or what a newer wallet says. */
    val decision: String,
    /** The amount, in major units. */
    val amount: String,
    /** The amount's currency. */
    val currency: String,
    /** The merchant's id. */
    val merchant: String,
    /** When it was signed, in seconds since 1970. */
    val iat: Long,
    /** The decision's idempotency key. */
    val jti: String,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): ProofClaims = read(value, "ProofClaims")

        internal fun read(value: JsonElement, place: String): ProofClaims {
            val json = readObject(value, place)
            return ProofClaims(
                intent = json.required(place, "intent", readText),
                wallet = json.required(place, "wallet", readText),
                decision = json.required(place, "decision", readText),
                amount = json.required(place, "amount", readText),
                currency = json.required(place, "currency", readText),
                merchant = json.required(place, "merchant", readText),
                iat = json.required(place, "iat", readInteger),
                jti = json.required(place, "jti", readText),
            )
        }
    }
}

/** The devices that may decide for the wallet, or could. */
data class Devices(
    /** As the platform lists them. */
    val devices: List<Device>,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Devices = read(value, "Devices")

        internal fun read(value: JsonElement, place: String): Devices {
            val json = readObject(value, place)
            return Devices(
                devices = json.required(place, "devices", readList(Device.Companion::read)),
            )
        }
    }
}

/** A device that may decide for the wallet, or could until it was revoked. */
data class Device(
    /** The device's id. */
    val deviceId: String,
    /** What it was called when it was registered. */
    val name: String,
    /** The SHA-256 of its key (RFC 7638), in base64url. */
    val thumbprint: String,
    /** When it was registered. */
    val createdAt: String,
    /** When it last decided; null if it never has. */
    val lastUsedAt: String?,
    /** When it was revoked; null while it may decide. */
    val revokedAt: String?,
    /** Whether it is this wallet's own. */
    val thisDevice: Boolean,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Device = read(value, "Device")

        internal fun read(value: JsonElement, place: String): Device {
            val json = readObject(value, place)
            return Device(
                deviceId = json.required(place, "device_id", readText),
                name = json.required(place, "name", readText),
                thumbprint = json.required(place, "thumbprint", readText),
                createdAt = json.required(place, "created_at", readText),
                lastUsedAt = json.required(place, "last_used_at", readNullable(readText)),
                revokedAt = json.required(place, "revoked_at", readNullable(readText)),
                thisDevice = json.required(place, "this_device", readBoolean),
            )
        }
    }
}

/** A device that can't decide any more. */
data class RevokedDevice(
    /** The device's id. */
    val deviceId: String,
    /** True. */
    val revoked: Boolean,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): RevokedDevice = read(value, "RevokedDevice")

        internal fun read(value: JsonElement, place: String): RevokedDevice {
            val json = readObject(value, place)
            return RevokedDevice(
                deviceId = json.required(place, "device_id", readText),
                revoked = json.required(place, "revoked", readBoolean),
            )
        }
    }
}

/** What the person has limited on this device. */
data class Limits(
    /** One a currency. */
    val limits: List<Limit>,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Limits = read(value, "Limits")

        internal fun read(value: JsonElement, place: String): Limits {
            val json = readObject(value, place)
            return Limits(
                limits = json.required(place, "limits", readList(Limit.Companion::read)),
            )
        }
    }
}

/** What the person has limited in one currency. */
data class Limit(
    /** The currency. */
    val currency: String,
    /** Whether the person is asked each time. */
    val alwaysAsk: Boolean,
    /** Above which amount the person types it; null for none. */
    val typeAbove: String?,
    /** How much may be agreed to in a day; null for any amount. */
    val daily: String?,
    /** How much was agreed to today, in major units. */
    val agreedToday: String,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Limit = read(value, "Limit")

        internal fun read(value: JsonElement, place: String): Limit {
            val json = readObject(value, place)
            return Limit(
                currency = json.required(place, "currency", readText),
                alwaysAsk = json.required(place, "always_ask", readBoolean),
                typeAbove = json.required(place, "type_above", readNullable(readText)),
                daily = json.required(place, "daily", readNullable(readText)),
                agreedToday = json.required(place, "agreed_today", readText),
            )
        }
    }
}

/** Whether everything is in order that the wallet needs. */
data class Diagnosis(
    /** What was looked at, in order. */
    val checks: List<Check>,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Diagnosis = read(value, "Diagnosis")

        internal fun read(value: JsonElement, place: String): Diagnosis {
            val json = readObject(value, place)
            return Diagnosis(
                checks = json.required(place, "checks", readList(Check.Companion::read)),
            )
        }
    }
}

/** What a look at one thing has found. */
data class Check(
    /** What was looked at. One of [CheckSubject], or what a newer wallet says. */
    val check: String,
    /** Whether it is in order. */
    val ok: Boolean,
    /** What was found, for people. */
    val detail: String,
    /** What is wrong, a code of error-codes.md; null where it is in order. */
    val code: String?,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Check = read(value, "Check")

        internal fun read(value: JsonElement, place: String): Check {
            val json = readObject(value, place)
            return Check(
                check = json.required(place, "check", readText),
                ok = json.required(place, "ok", readBoolean),
                detail = json.required(place, "detail", readText),
                code = json.required(place, "code", readNullable(readText)),
            )
        }
    }
}

/** Whether a topic's values are told. */
data class Subscription(
    /** The topic. One of [Topic], or what a newer wallet says. */
    val topic: String,
    /** Whether they are from now on. */
    val subscribed: Boolean,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Subscription = read(value, "Subscription")

        internal fun read(value: JsonElement, place: String): Subscription {
            val json = readObject(value, place)
            return Subscription(
                topic = json.required(place, "topic", readText),
                subscribed = json.required(place, "subscribed", readBoolean),
            )
        }
    }
}

/** What became of a cancellation. */
data class Cancelled(
    /** The id of the request that was to be cancelled. */
    val id: Long,
    /** Whether it was in flight. */
    val cancelled: Boolean,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Cancelled = read(value, "Cancelled")

        internal fun read(value: JsonElement, place: String): Cancelled {
            val json = readObject(value, place)
            return Cancelled(
                id = json.required(place, "id", readInteger),
                cancelled = json.required(place, "cancelled", readBoolean),
            )
        }
    }
}

/** The end: of `close`, and as a message of its own the last one. */
data class Closed(
    /** True. */
    val closed: Boolean,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Closed = read(value, "Closed")

        internal fun read(value: JsonElement, place: String): Closed {
            val json = readObject(value, place)
            return Closed(
                closed = json.required(place, "closed", readBoolean),
            )
        }
    }
}

/** Which wallet it is. */
data class Version(
    /** The wallet's version. */
    val version: String,
    /** The version of the C interface: major × 1000 + minor. */
    val abi: Long,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Version = read(value, "Version")

        internal fun read(value: JsonElement, place: String): Version {
            val json = readObject(value, place)
            return Version(
                version = json.required(place, "version", readText),
                abi = json.required(place, "abi", readInteger),
            )
        }
    }
}

/** An amount, exact and as it is shown. */
data class MoneyText(
    /** The amount, in major units. */
    val amount: String,
    /** The amount's currency. */
    val currency: String,
    /** The amount in minor units, a whole number as text. */
    val minorUnits: String,
    /** How many decimals the currency has. */
    val digits: Long,
    /** Amount and currency for people. */
    val shown: String,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): MoneyText = read(value, "MoneyText")

        internal fun read(value: JsonElement, place: String): MoneyText {
            val json = readObject(value, place)
            return MoneyText(
                amount = json.required(place, "amount", readText),
                currency = json.required(place, "currency", readText),
                minorUnits = json.required(place, "minor_units", readText),
                digits = json.required(place, "digits", readInteger),
                shown = json.required(place, "shown", readText),
            )
        }
    }
}

/** By what news is heard of at the moment. */
data class Listening(
    /** By what news is heard of. One of [ListeningMode], or what a newer wallet says. */
    val listening: String,
    /** Why `sync.start` has ended by itself; else null. */
    val error: ErrorDocument?,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): Listening = read(value, "Listening")

        internal fun read(value: JsonElement, place: String): Listening {
            val json = readObject(value, place)
            return Listening(
                listening = json.required(place, "listening", readText),
                error = json.required(place, "error", readNullable(ErrorDocument.Companion::read)),
            )
        }
    }
}

/** Whether somebody is logged in. */
data class SessionState(
    /** Whether somebody is, as far as this device knows. */
    val loggedIn: Boolean,
    /** The same, and why not. One of [SessionWord], or what a newer wallet says. */
    val session: String,
    /** Whether the platform ended the session. */
    val ended: Boolean,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): SessionState = read(value, "SessionState")

        internal fun read(value: JsonElement, place: String): SessionState {
            val json = readObject(value, place)
            return SessionState(
                loggedIn = json.required(place, "logged_in", readBoolean),
                session = json.required(place, "session", readText),
                ended = json.required(place, "ended", readBoolean),
            )
        }
    }
}

/** A line of the log. It holds no secret. */
data class LogEntry(
    /** How grave it is. One of [LogLevel], or what a newer wallet says. */
    val level: String,
    /** What happened. */
    val message: String,
    /** What it is about, text by name. */
    val metadata: Map<String, String>,
) {
    companion object {
        /**
         * Reads it from a document. Members that have no name here are ignored.
         *
         * @throws MalformedDocument a member is missing or of another type; it says which.
         */
        @JvmStatic
        fun fromJson(value: JsonObject): LogEntry = read(value, "LogEntry")

        internal fun read(value: JsonElement, place: String): LogEntry {
            val json = readObject(value, place)
            return LogEntry(
                level = json.required(place, "level", readText),
                message = json.required(place, "message", readText),
                metadata = json.required(place, "metadata", readMap(readText)),
            )
        }
    }
}
