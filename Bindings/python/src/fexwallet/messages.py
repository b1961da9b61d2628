"""What a wallet says, as types.

Made by `Scripts/messages generate` from Documentation/wallet-messages.schema.json: changes are made there. Texts with a
list of known ones are plain `str`, since a newer wallet may say others; the lists are the classes of constants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

__all__ = [
    "ApprovalGroup",
    "ApprovalRequest",
    "ApprovalState",
    "Approvals",
    "Balance",
    "BalanceValue",
    "Cancelled",
    "Capability",
    "Check",
    "CheckSubject",
    "Closed",
    "CodeForm",
    "CodeKind",
    "Consent",
    "Decision",
    "DecisionKind",
    "DecisionResult",
    "DecisionState",
    "Device",
    "Devices",
    "Diagnosis",
    "DoorErrorCode",
    "ErrorDocument",
    "Feed",
    "ForeignKind",
    "History",
    "HistoryTotal",
    "HistoryTotals",
    "HostErrorCode",
    "Limit",
    "Limits",
    "Listening",
    "ListeningMode",
    "LogEntry",
    "LogLevel",
    "LoggedIn",
    "LoggedOut",
    "LoginPage",
    "LoginPrompt",
    "MalformedDocument",
    "Moment",
    "MomentKind",
    "MoneyEffect",
    "MoneyText",
    "MutedMerchant",
    "MutedMerchants",
    "Opened",
    "Outbox",
    "PaymentIntent",
    "PaymentRecord",
    "Proof",
    "ProofClaims",
    "ProofExport",
    "ProofVerification",
    "PublicKey",
    "QuarantinedRow",
    "QueuedDecision",
    "ReceivedApproval",
    "Recovery",
    "Refusal",
    "RetryAdvice",
    "RevokedDevice",
    "ScanReport",
    "SessionState",
    "SessionWord",
    "Status",
    "Subscription",
    "SyncFailure",
    "SyncReport",
    "SyncRunning",
    "SyncStep",
    "Terms",
    "Topic",
    "Transaction",
    "Version",
    "WalletCode",
]

_T = TypeVar("_T")
_Read = Callable[[object, str], _T]


class MalformedDocument(ValueError):
    """A document lacks a member, or has one of another type. `place` says which: `Decision.refusal`."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place} {problem}")
        self.place = place


def _object(value: object, place: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise MalformedDocument(place, "is no object")
    return value


def _text(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise MalformedDocument(place, "is no text")
    return value


def _integer(value: object, place: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedDocument(place, "is no integer")
    return value


def _boolean(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        raise MalformedDocument(place, "is neither true nor false")
    return value


def _list(item: _Read[_T]) -> _Read[tuple[_T, ...]]:
    def read(value: object, place: str) -> tuple[_T, ...]:
        if not isinstance(value, list):
            raise MalformedDocument(place, "is no list")
        return tuple(item(part, f"{place}[{number}]") for number, part in enumerate(value))

    return read


def _map(item: _Read[_T]) -> _Read[Mapping[str, _T]]:
    def read(value: object, place: str) -> Mapping[str, _T]:
        return {name: item(part, f"{place}.{name}") for name, part in _object(value, place).items()}

    return read


def _nullable(read: _Read[_T]) -> _Read[_T | None]:
    return lambda value, place: None if value is None else read(value, place)


def _required(members: Mapping[str, object], place: str, name: str, read: _Read[_T]) -> _T:
    if name not in members:
        raise MalformedDocument(f"{place}.{name}", "is missing")
    return read(members[name], f"{place}.{name}")


def _optional(members: Mapping[str, object], place: str, name: str, read: _Read[_T]) -> _T | None:
    return _nullable(read)(members.get(name), f"{place}.{name}")


class Topic:
    """What can be subscribed to."""

    APPROVALS: Final = "approvals"
    BALANCE: Final = "balance"
    HISTORY: Final = "history"
    OUTBOX: Final = "outbox"
    LISTENING: Final = "listening"
    SESSION: Final = "session"
    LOG: Final = "log"


class Capability:
    """What a host can do in place of the wallet."""

    SIGN: Final = "sign"
    SECRETS: Final = "secrets"
    HTTP: Final = "http"


class Consent:
    """How the person has agreed: shown the terms, typed the amount, or beforehand."""

    ASKED: Final = "asked"
    AMOUNT_TYPED: Final = "amount_typed"
    PREAUTHORISED: Final = "preauthorised"


class DecisionKind:
    """Whether it is a yes or a no, and to what."""

    PAY: Final = "pay"
    APPROVE: Final = "approve"
    DECLINE: Final = "decline"


class DecisionState:
    """How far a decision has come."""

    CONFIRMED: Final = "confirmed"
    REFUSED: Final = "refused"
    LAPSED: Final = "lapsed"
    WAITING: Final = "waiting"
    UNKNOWN: Final = "unknown"
    CANCELLED: Final = "cancelled"


class ApprovalState:
    """Where a request stands, as the customer sees it."""

    PENDING: Final = "pending"
    ANSWERED: Final = "answered"
    APPROVED: Final = "approved"
    DECLINED: Final = "declined"
    DECIDED_ELSEWHERE: Final = "decided_elsewhere"
    CANCELLED: Final = "cancelled"
    EXPIRED: Final = "expired"
    UNKNOWN: Final = "unknown"


class SessionWord:
    """Whether somebody is logged in; if not, whether the session was ended, or the secrets can't be read."""

    LOGGED_IN: Final = "logged_in"
    LOGGED_OUT: Final = "logged_out"
    ENDED: Final = "ended"
    UNREADABLE: Final = "unreadable"


class ListeningMode:
    """By what news is heard of: the event server, asking again and again, or not at all."""

    STREAM: Final = "stream"
    POLL: Final = "poll"
    NO: Final = "no"


class RetryAdvice:
    """Whether trying again can help."""

    NEVER: Final = "never"
    SAME_KEY: Final = "same_key"
    LATER: Final = "later"


class MoneyEffect:
    """Whether money may have moved."""

    NOT_MOVED: Final = "not_moved"
    UNKNOWN: Final = "unknown"
    MOVED: Final = "moved"


class CodeKind:
    """Whose code it is."""

    MERCHANT: Final = "merchant"
    WALLET: Final = "wallet"
    FOREIGN: Final = "foreign"


class CodeForm:
    """How a merchant's code is written."""

    URI: Final = "uri"
    JSON: Final = "json"


class ForeignKind:
    """What a code is that is not of this platform."""

    EMVCO: Final = "emvco"
    PIX: Final = "pix"
    PROMPTPAY: Final = "promptpay"
    SWISS_QR_BILL: Final = "swiss_qr_bill"
    EPC: Final = "epc"
    UPI: Final = "upi"
    SPAYD: Final = "spayd"
    PAY_BY_SQUARE: Final = "pay_by_square"
    UPN_QR: Final = "upn_qr"
    HUB3: Final = "hub3"
    IPS_RS: Final = "ips_rs"
    ST00012: Final = "st00012"
    BITCOIN: Final = "bitcoin"
    LIGHTNING: Final = "lightning"
    ETHEREUM: Final = "ethereum"
    SOLANA: Final = "solana"
    LITECOIN: Final = "litecoin"
    DOGECOIN: Final = "dogecoin"
    MONERO: Final = "monero"
    CASHU: Final = "cashu"
    TALER: Final = "taler"
    WIFI: Final = "wifi"
    VCARD: Final = "vcard"
    OTPAUTH: Final = "otpauth"
    EMAIL: Final = "email"
    TEL: Final = "tel"
    SMS: Final = "sms"
    GEO: Final = "geo"
    EVENT: Final = "event"
    SECRET: Final = "secret"
    URL: Final = "url"
    TEXT: Final = "text"


class MomentKind:
    """What happened to a payment."""

    REQUESTED: Final = "requested"
    DECIDED: Final = "decided"
    SENT: Final = "sent"
    PAID: Final = "paid"
    MOVED: Final = "moved"
    COMPLETED: Final = "completed"
    DECLINED: Final = "declined"
    CONFIRMED: Final = "confirmed"
    REFUSED: Final = "refused"
    LAPSED: Final = "lapsed"
    CANCELLED: Final = "cancelled"
    WITHDRAWN: Final = "withdrawn"
    EXPIRED: Final = "expired"
    REFUNDED: Final = "refunded"


class Feed:
    """A list of changes at the platform."""

    APPROVALS: Final = "approvals"
    TRANSACTIONS: Final = "transactions"


class SyncStep:
    """A part of a sync, done whatever becomes of the others."""

    DECISIONS: Final = "decisions"
    APPROVALS: Final = "approvals"
    TRANSACTIONS: Final = "transactions"
    ACCOUNT: Final = "account"


class LogLevel:
    """How grave a line of the log is."""

    TRACE: Final = "trace"
    DEBUG: Final = "debug"
    INFO: Final = "info"
    NOTICE: Final = "notice"
    WARNING: Final = "warning"
    ERROR: Final = "error"
    CRITICAL: Final = "critical"


class CheckSubject:
    """What a doctor looks at."""

    DATABASE: Final = "database"
    SECRETS: Final = "secrets"
    IDENTITY_PROVIDER: Final = "identity_provider"
    API: Final = "api"
    SESSION: Final = "session"
    DEVICE: Final = "device"
    EVENTS: Final = "events"
    CLOCK: Final = "clock"


class HostErrorCode:
    """What keeps a host from answering: of the key, of secrets, of calls, and of a question that it does not know."""

    SIGNING_DECLINED: Final = "signing_declined"
    SIGNER_LOCKED: Final = "signer_locked"
    SIGNER_FAILED: Final = "signer_failed"
    LOCKED: Final = "locked"
    SECRET_STORE_UNAVAILABLE: Final = "secret_store_unavailable"
    SECRET_STORE_FAILED: Final = "secret_store_failed"
    UNREACHABLE: Final = "unreachable"
    TIMED_OUT: Final = "timed_out"
    CONNECTION_LOST: Final = "connection_lost"
    INSECURE: Final = "insecure"
    MALFORMED_ANSWER: Final = "malformed_answer"
    BODY_TOO_LARGE: Final = "body_too_large"
    UNKNOWN_QUESTION: Final = "unknown_question"


class DoorErrorCode:
    """The doors' own codes of errors, beside those of error-codes.md."""

    NOT_A_MESSAGE: Final = "not_a_message"
    MESSAGE_TOO_LONG: Final = "message_too_long"
    BAD_ID: Final = "bad_id"
    REPEATED_ID: Final = "repeated_id"
    UNKNOWN_METHOD: Final = "unknown_method"
    BAD_PARAMETER: Final = "bad_parameter"
    NO_QUESTION: Final = "no_question"
    TOO_MANY_REQUESTS: Final = "too_many_requests"
    CANCELLED: Final = "cancelled"
    CLOSED: Final = "closed"
    INTERNAL: Final = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDocument:
    """What went wrong."""

    code: str
    """What programs decide by: of DoorErrorCode, of error-codes.md, or the platform's own."""
    message: str
    """An English sentence on one line, fit to be shown."""
    retry: str
    """Whether trying again can help. One of `RetryAdvice`, or what a newer wallet says."""
    money: str
    """Whether money may have moved by what failed. One of `MoneyEffect`, or what a newer wallet says."""

    @classmethod
    def from_json(cls, value: object, place: str = "ErrorDocument") -> ErrorDocument:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            code=_required(members, place, "code", _text),
            message=_required(members, place, "message", _text),
            retry=_required(members, place, "retry", _text),
            money=_required(members, place, "money", _text),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An open wallet."""

    version: str
    """The wallet's version."""
    recovery: Recovery | None
    """What became of a damaged database; null where it was sound."""

    @classmethod
    def from_json(cls, value: object, place: str = "Opened") -> Opened:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            version=_required(members, place, "version", _text),
            recovery=_required(members, place, "recovery", _nullable(Recovery.from_json)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """A database that was damaged, and has been repaired."""

    all_decisions: bool
    """Whether every decision was read back."""
    message: str
    """What was found, for people."""

    @classmethod
    def from_json(cls, value: object, place: str = "Recovery") -> Recovery:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            all_decisions=_required(members, place, "all_decisions", _boolean),
            message=_required(members, place, "message", _text),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Who is logged in, and how fresh things are."""

    logged_in: bool
    """Whether somebody is logged in, as far as this device knows."""
    session: str
    """The same, and why not. One of `SessionWord`, or what a newer wallet says."""
    wallet: str | None
    """The wallet's id; null before the first login."""
    balance: str | None
    """The balance as last known; null before the first login."""
    currency: str | None
    """The balance's currency; null before the first login."""
    queued: int
    """How many decisions are not settled."""
    last_sync: str | None
    """When all was last in step with the platform; null if it never was."""
    listening: str
    """By what news is heard of. One of `ListeningMode`, or what a newer wallet says."""
    quarantined: int
    """How many rows of the platform can't be read, and are kept aside."""

    @classmethod
    def from_json(cls, value: object, place: str = "Status") -> Status:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            logged_in=_required(members, place, "logged_in", _boolean),
            session=_required(members, place, "session", _text),
            wallet=_required(members, place, "wallet", _nullable(_text)),
            balance=_required(members, place, "balance", _nullable(_text)),
            currency=_required(members, place, "currency", _nullable(_text)),
            queued=_required(members, place, "queued", _integer),
            last_sync=_required(members, place, "last_sync", _nullable(_text)),
            listening=_required(members, place, "listening", _text),
            quarantined=_required(members, place, "quarantined", _integer),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """Whose wallet it is."""

    wallet: str
    """The wallet's id."""
    balance: str
    """What it holds, in major units."""
    currency: str
    """The balance's currency."""

    @classmethod
    def from_json(cls, value: object, place: str = "LoggedIn") -> LoggedIn:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            wallet=_required(members, place, "wallet", _text),
            balance=_required(members, place, "balance", _text),
            currency=_required(members, place, "currency", _text),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPage:
    """A page for the person's browser."""

    page: str
    """The page's address."""

    @classmethod
    def from_json(cls, value: object, place: str = "LoginPage") -> LoginPage:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            page=_required(members, place, "page", _text),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPrompt:
    """What the person has to do to log this device in."""

    page: str
    """The address of the page on which the code is allowed, on any device."""
    page_with_code: str | None
    """The same with the code in it, to be shown as a QR code; null where there is none."""
    user_code: str
    """The code to allow."""
    expires_at: str
    """Until when it can be allowed."""

    @classmethod
    def from_json(cls, value: object, place: str = "LoginPrompt") -> LoginPrompt:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            page=_required(members, place, "page", _text),
            page_with_code=_required(members, place, "page_with_code", _nullable(_text)),
            user_code=_required(members, place, "user_code", _text),
            expires_at=_required(members, place, "expires_at", _text),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedOut:
    """The end of a session."""

    logged_in: bool
    """False: nobody is logged in any more."""
    revoked: bool
    """Whether the platform was told; else its tokens end by themselves."""

    @classmethod
    def from_json(cls, value: object, place: str = "LoggedOut") -> LoggedOut:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            logged_in=_required(members, place, "logged_in", _boolean),
            revoked=_required(members, place, "revoked", _boolean),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanReport:
    """What a code is, and the intent that it names as the platform has it."""

    kind: str
    """Whose code it is. One of `CodeKind`, or what a newer wallet says."""
    form: str | None
    """How a merchant's code is written; null of others. One of `CodeForm`, or what a newer wallet says."""
    intent: str | None
    """The intent that the code names, or may name; null where it names none."""
    amount: str | None
    """The amount in the code; null where it names none."""
    currency: str | None
    """The amount's currency; null where it names none."""
    merchant: str | None
    """The merchant's id in the code; null where it names none."""
    merchant_name: str | None
    """The merchant's name in the code, text from outside; null where it names none."""
    foreign: str | None
    """What a foreign code is; null of others. One of `ForeignKind`, or what a newer wallet says."""
    summary: str
    """What the code is, in an English sentence."""
    fetched: bool
    """Whether the platform has said what the intent is."""
    payment_intent: PaymentIntent | None
    """The intent as the platform has it; null where it was not fetched."""
    matches: bool | None
    """Whether code and intent agree; null where it was not fetched."""

    @classmethod
    def from_json(cls, value: object, place: str = "ScanReport") -> ScanReport:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            kind=_required(members, place, "kind", _text),
            form=_required(members, place, "form", _nullable(_text)),
            intent=_required(members, place, "intent", _nullable(_text)),
            amount=_required(members, place, "amount", _nullable(_text)),
            currency=_required(members, place, "currency", _nullable(_text)),
            merchant=_required(members, place, "merchant", _nullable(_text)),
            merchant_name=_required(members, place, "merchant_name", _nullable(_text)),
            foreign=_required(members, place, "foreign", _nullable(_text)),
            summary=_required(members, place, "summary", _text),
            fetched=_required(members, place, "fetched", _boolean),
            payment_intent=_required(members, place, "payment_intent", _nullable(PaymentIntent.from_json)),
            matches=_required(members, place, "matches", _nullable(_boolean)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentIntent:
    """A payment that a merchant asks for: the platform's own document, its amount as an exact text. More members may
    stand beside these.
    """

    id: str
    """The intent's id."""
    merchant_id: str
    """The id of the merchant who asks."""
    merchant_name: str | None = None
    """The merchant's name, text from outside."""
    amount: str
    """What is to be paid, in major units."""
    currency: str
    """The amount's currency."""
    status: str
    """Where it stands: pending, pending_approval, completed, cancelled, expired, declined, refunded."""
    expires_at: str
    """When it lapses, RFC 3339."""
    description: str | None = None
    """What it is for, text from outside."""
    target_wallet_id: str | None = None
    """The wallet that a till asked; absent where anybody may pay."""
    completed_by: str | None = None
    """The wallet that paid."""
    completed_at: str | None = None
    """When it was paid, RFC 3339."""
    refund_status: str | None = None
    """How a refund stands."""
    reference: str | None = None
    """The merchant's own reference, text from outside."""
    metadata: Mapping[str, object] | None = field(default=None, hash=False)
    """The merchant's object; null where it is longer than 4 KB."""
    created_at: str | None = None
    """When the merchant asked, RFC 3339."""
    updated_at: str | None = None
    """When it last changed, RFC 3339."""
    document: Mapping[str, object] = field(repr=False, hash=False)
    """The whole document, with the members that have no name here."""

    @classmethod
    def from_json(cls, value: object, place: str = "PaymentIntent") -> PaymentIntent:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            id=_required(members, place, "id", _text),
            merchant_id=_required(members, place, "merchant_id", _text),
            merchant_name=_optional(members, place, "merchant_name", _text),
            amount=_required(members, place, "amount", _text),
            currency=_required(members, place, "currency", _text),
            status=_required(members, place, "status", _text),
            expires_at=_required(members, place, "expires_at", _text),
            description=_optional(members, place, "description", _text),
            target_wallet_id=_optional(members, place, "target_wallet_id", _text),
            completed_by=_optional(members, place, "completed_by", _text),
            completed_at=_optional(members, place, "completed_at", _text),
            refund_status=_optional(members, place, "refund_status", _text),
            reference=_optional(members, place, "reference", _text),
            metadata=_optional(members, place, "metadata", _object),
            created_at=_optional(members, place, "created_at", _text),
            updated_at=_optional(members, place, "updated_at", _text),
            document=members,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionResult:
    """A decision, and what came of it."""

    decision: Decision
    """The decision as it stands: its state says what came of it."""
    payment_intent: PaymentIntent | None
    """The intent as the platform last showed it; null where it never did."""
    transaction: Transaction | None
    """The payment in the ledger; null as long as none is known."""

    @classmethod
    def from_json(cls, value: object, place: str = "DecisionResult") -> DecisionResult:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            decision=_required(members, place, "decision", Decision.from_json),
            payment_intent=_required(members, place, "payment_intent", _nullable(PaymentIntent.from_json)),
            transaction=_required(members, place, "transaction", _nullable(Transaction.from_json)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A customer's yes or no, as it was written down on this device."""

    id: str
    """The decision's id on this device."""
    intent: str
    """The intent's id."""
    kind: str
    """Whether it is a yes or a no, and to what. One of `DecisionKind`, or what a newer wallet says."""
    state: str
    """How far it has come. One of `DecisionState`, or what a newer wallet says."""
    reason: str | None
    """Why it stands there, for people; null where there is nothing to say."""
    refusal: Refusal | None
    """Why the platform refused it; null unless it did."""
    idempotency_key: str
    """The key that every attempt sends."""
    decided_at: str
    """When it was said, on the platform's clock."""
    expires_at: str
    """When the intent lapses, on the platform's clock."""
    amount: str
    """The amount that the person saw, in major units."""
    currency: str
    """The amount's currency."""
    merchant: str
    """The merchant's id."""

    @classmethod
    def from_json(cls, value: object, place: str = "Decision") -> Decision:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            id=_required(members, place, "id", _text),
            intent=_required(members, place, "intent", _text),
            kind=_required(members, place, "kind", _text),
            state=_required(members, place, "state", _text),
            reason=_required(members, place, "reason", _nullable(_text)),
            refusal=_required(members, place, "refusal", _nullable(Refusal.from_json)),
            idempotency_key=_required(members, place, "idempotency_key", _text),
            decided_at=_required(members, place, "decided_at", _text),
            expires_at=_required(members, place, "expires_at", _text),
            amount=_required(members, place, "amount", _text),
            currency=_required(members, place, "currency", _text),
            merchant=_required(members, place, "merchant", _text),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedDecision:
    """A decision that is not settled, with when it is tried next."""

    id: str
    """The decision's id on this device."""
    intent: str
    """The intent's id."""
    kind: str
    """Whether it is a yes or a no, and to what. One of `DecisionKind`, or what a newer wallet says."""
    state: str
    """How far it has come. One of `DecisionState`, or what a newer wallet says."""
    reason: str | None
    """Why it stands there, for people; null where there is nothing to say."""
    refusal: Refusal | None
    """Why the platform refused it; null unless it did."""
    idempotency_key: str
    """The key that every attempt sends."""
    decided_at: str
    """When it was said, on the platform's clock."""
    expires_at: str
    """When the intent lapses, on the platform's clock."""
    amount: str
    """The amount that the person saw, in major units."""
    currency: str
    """The amount's currency."""
    merchant: str
    """The merchant's id."""
    attempts: int
    """How often it was tried."""
    next_attempt_at: str | None
    """When it is tried again, on the platform's clock; null while no attempt is planned."""
    waiting_for: str | None
    """What it waits for, for people; null before the first attempt."""

    @classmethod
    def from_json(cls, value: object, place: str = "QueuedDecision") -> QueuedDecision:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            id=_required(members, place, "id", _text),
            intent=_required(members, place, "intent", _text),
            kind=_required(members, place, "kind", _text),
            state=_required(members, place, "state", _text),
            reason=_required(members, place, "reason", _nullable(_text)),
            refusal=_required(members, place, "refusal", _nullable(Refusal.from_json)),
            idempotency_key=_required(members, place, "idempotency_key", _text),
            decided_at=_required(members, place, "decided_at", _text),
            expires_at=_required(members, place, "expires_at", _text),
            amount=_required(members, place, "amount", _text),
            currency=_required(members, place, "currency", _text),
            merchant=_required(members, place, "merchant", _text),
            attempts=_required(members, place, "attempts", _integer),
            next_attempt_at=_required(members, place, "next_attempt_at", _nullable(_text)),
            waiting_for=_required(members, place, "waiting_for", _nullable(_text)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why the platform refused a decision for good."""

    code: str
    """A code of the table of refusals in error-codes.md."""
    message: str
    """A sentence for people."""

    @classmethod
    def from_json(cls, value: object, place: str = "Refusal") -> Refusal:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            code=_required(members, place, "code", _text),
            message=_required(members, place, "message", _text),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A movement of money in the platform's ledger."""

    id: str
    """The transaction's id."""
    intent: str | None
    """The intent it belongs to; null where nobody asked for it."""
    type: str
    """What it is: payment, refund, funding, or what the platform will think of."""
    status: str
    """Where it stands: pending, completed, refunded, or what the platform will think of."""
    amount: str
    """How much was moved, in major units; its type says in which direction."""
    currency: str
    """The amount's currency."""
    merchant: str | None
    """The merchant on the other side; null where it is not known."""
    merchant_name: str | None
    """The merchant's name at the time, text from outside; null where it is not known."""
    description: str | None
    """What it was for, text from outside; null where nothing is said."""
    created_at: str
    """When the platform made it."""
    completed_at: str | None
    """When the money had moved; null while it has not."""

    @classmethod
    def from_json(cls, value: object, place: str = "Transaction") -> Transaction:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            id=_required(members, place, "id", _text),
            intent=_required(members, place, "intent", _nullable(_text)),
            type=_required(members, place, "type", _text),
            status=_required(members, place, "status", _text),
            amount=_required(members, place, "amount", _text),
            currency=_required(members, place, "currency", _text),
            merchant=_required(members, place, "merchant", _nullable(_text)),
            merchant_name=_required(members, place, "merchant_name", _nullable(_text)),
            description=_required(members, place, "description", _nullable(_text)),
            created_at=_required(members, place, "created_at", _text),
            completed_at=_required(members, place, "completed_at", _nullable(_text)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvals:
    """What tills ask of the customer."""

    approvals: tuple[ApprovalRequest, ...]
    """The requests, newest first."""
    groups: tuple[ApprovalGroup, ...]
    """The open requests counted by merchant."""
    next: str | None
    """Null: all are there."""

    @classmethod
    def from_json(cls, value: object, place: str = "Approvals") -> Approvals:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            approvals=_required(members, place, "approvals", _list(ApprovalRequest.from_json)),
            groups=_required(members, place, "groups", _list(ApprovalGroup.from_json)),
            next=_required(members, place, "next", _nullable(_text)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequest:
    """A till's request for the customer's yes or no."""

    intent: str
    """The intent's id."""
    state: str
    """Where it stands. One of `ApprovalState`, or what a newer wallet says."""
    merchant_name: str | None
    """The merchant's name, text from outside; null where it has none."""
    merchant: str
    """The merchant's id."""
    amount: str
    """What is asked for, in major units."""
    currency: str
    """The amount's currency."""
    description: str | None
    """What it is for, text from outside; null where nothing is said."""
    expires_at: str
    """When it lapses, on the platform's clock."""
    changed_from: Terms | None
    """What it said when this device first saw it; null where it says the same."""
    repeats: str | None
    """The intent of an earlier request that it may repeat; null where there is none."""

    @classmethod
    def from_json(cls, value: object, place: str = "ApprovalRequest") -> ApprovalRequest:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            intent=_required(members, place, "intent", _text),
            state=_required(members, place, "state", _text),
            merchant_name=_required(members, place, "merchant_name", _nullable(_text)),
            merchant=_required(members, place, "merchant", _text),
            amount=_required(members, place, "amount", _text),
            currency=_required(members, place, "currency", _text),
            description=_required(members, place, "description", _nullable(_text)),
            expires_at=_required(members, place, "expires_at", _text),
            changed_from=_required(members, place, "changed_from", _nullable(Terms.from_json)),
            repeats=_required(members, place, "repeats", _nullable(_text)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalGroup:
    """The open requests of one merchant."""

    merchant: str
    """The merchant's id."""
    merchant_name: str | None
    """The merchant's name in the newest request, text from outside; null where it has none."""
    count: int
    """How many of its requests wait."""
    muted: bool
    """Whether the customer has muted it on this device."""

    @classmethod
    def from_json(cls, value: object, place: str = "ApprovalGroup") -> ApprovalGroup:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            merchant=_required(members, place, "merchant", _text),
            merchant_name=_required(members, place, "merchant_name", _nullable(_text)),
            count=_required(members, place, "count", _integer),
            muted=_required(members, place, "muted", _boolean),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a request said before it changed."""

    amount: str
    """The amount, in major units."""
    currency: str
    """The amount's currency."""
    merchant: str
    """The merchant's id."""

    @classmethod
    def from_json(cls, value: object, place: str = "Terms") -> Terms:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            amount=_required(members, place, "amount", _text),
            currency=_required(members, place, "currency", _text),
            merchant=_required(members, place, "merchant", _text),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedApproval:
    """What a push notification asks."""

    approval: ApprovalRequest | None
    """The request; null where it asks nothing of this wallet."""

    @classmethod
    def from_json(cls, value: object, place: str = "ReceivedApproval") -> ReceivedApproval:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            approval=_required(members, place, "approval", _nullable(ApprovalRequest.from_json)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MutedMerchant:
    """Whether a merchant's requests are counted in place of being shown each."""

    merchant: str
    """The merchant's id."""
    muted: bool
    """Whether it is muted."""

    @classmethod
    def from_json(cls, value: object, place: str = "MutedMerchant") -> MutedMerchant:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            merchant=_required(members, place, "merchant", _text),
            muted=_required(members, place, "muted", _boolean),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MutedMerchants:
    """The merchants that are muted on this device."""

    muted: tuple[str, ...]
    """Their ids."""

    @classmethod
    def from_json(cls, value: object, place: str = "MutedMerchants") -> MutedMerchants:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            muted=_required(members, place, "muted", _list(_text)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """The decisions that are not settled."""

    decisions: tuple[QueuedDecision, ...]
    """Oldest first."""

    @classmethod
    def from_json(cls, value: object, place: str = "Outbox") -> Outbox:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            decisions=_required(members, place, "decisions", _list(QueuedDecision.from_json)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a sync did."""

    decisions: tuple[Decision, ...]
    """The decisions that were not settled before, and those that the ledger shows a payment of all the same, as they
    stand now.
    """
    approvals: int
    """How many changes of requests came."""
    transactions: int
    """How many changes of transactions came."""
    balance: str
    """What the wallet holds, in major units."""
    currency: str
    """The balance's currency."""
    quarantined: tuple[QuarantinedRow, ...]
    """The rows that can't be read, oldest first."""
    failures: tuple[SyncFailure, ...]
    """The steps that failed; the others were done."""

    @classmethod
    def from_json(cls, value: object, place: str = "SyncReport") -> SyncReport:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            decisions=_required(members, place, "decisions", _list(Decision.from_json)),
            approvals=_required(members, place, "approvals", _integer),
            transactions=_required(members, place, "transactions", _integer),
            balance=_required(members, place, "balance", _text),
            currency=_required(members, place, "currency", _text),
            quarantined=_required(members, place, "quarantined", _list(QuarantinedRow.from_json)),
            failures=_required(members, place, "failures", _list(SyncFailure.from_json)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncFailure:
    """A step of a sync that failed."""

    step: str
    """What was being done. One of `SyncStep`, or what a newer wallet says."""
    code: str
    """A code of error-codes.md, or the platform's own."""
    message: str
    """A sentence for people."""

    @classmethod
    def from_json(cls, value: object, place: str = "SyncFailure") -> SyncFailure:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            step=_required(members, place, "step", _text),
            code=_required(members, place, "code", _text),
            message=_required(members, place, "message", _text),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedRow:
    """A row of the platform that can't be read, and is asked for again."""

    feed: str
    """The feed that it came in. One of `Feed`, or what a newer wallet says."""
    seq: int | None
    """Its number in the feed; null where it is not known."""
    id: str | None
    """Its id as far as it could be read; null where it could not."""
    why: str
    """What is wrong with it, for people."""
    found_at: str
    """When it was first refused, on the platform's clock."""
    next_attempt_at: str
    """When it is asked for again at the earliest."""

    @classmethod
    def from_json(cls, value: object, place: str = "QuarantinedRow") -> QuarantinedRow:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            feed=_required(members, place, "feed", _text),
            seq=_required(members, place, "seq", _nullable(_integer)),
            id=_required(members, place, "id", _nullable(_text)),
            why=_required(members, place, "why", _text),
            found_at=_required(members, place, "found_at", _text),
            next_attempt_at=_required(members, place, "next_attempt_at", _text),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRunning:
    """Whether the wallet listens and sends in the background."""

    running: bool
    """Whether it does from now on."""

    @classmethod
    def from_json(cls, value: object, place: str = "SyncRunning") -> SyncRunning:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            running=_required(members, place, "running", _boolean),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A page of the history."""

    transactions: tuple[Transaction, ...]
    """Newest first."""
    next: str | None
    """The `after` of the next page; null on the last one."""

    @classmethod
    def from_json(cls, value: object, place: str = "History") -> History:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            transactions=_required(members, place, "transactions", _list(Transaction.from_json)),
            next=_required(members, place, "next", _nullable(_text)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryTotals:
    """How much was moved."""

    totals: tuple[HistoryTotal, ...]
    """One a month or merchant, direction and currency."""

    @classmethod
    def from_json(cls, value: object, place: str = "HistoryTotals") -> HistoryTotals:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            totals=_required(members, place, "totals", _list(HistoryTotal.from_json)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryTotal:
    """How much was moved in a month, or between the customer and a merchant."""

    month: str | None = None
    """The month of UTC, 2026-01; absent of a merchant's total."""
    merchant: str | None = None
    """The merchant's id; null for all that are not known, absent of a month's total."""
    merchant_name: str | None = None
    """The merchant's latest name, text from outside; null where it is not known, absent of a month's total."""
    type: str
    """What was moved: payment, refund, funding, or what the platform will think of."""
    count: int
    """How many completed transactions it were."""
    amount: str
    """How much they were together, in major units."""
    currency: str
    """The amount's currency."""

    @classmethod
    def from_json(cls, value: object, place: str = "HistoryTotal") -> HistoryTotal:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            month=_optional(members, place, "month", _text),
            merchant=_optional(members, place, "merchant", _text),
            merchant_name=_optional(members, place, "merchant_name", _text),
            type=_required(members, place, "type", _text),
            count=_required(members, place, "count", _integer),
            amount=_required(members, place, "amount", _text),
            currency=_required(members, place, "currency", _text),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRecord:
    """Everything that this device knows of one payment."""

    payment_intent: PaymentIntent | None
    """The intent as the platform last showed it; null where it never did."""
    decision: Decision | None
    """This device's last decision on it; null where it has made none."""
    transaction: Transaction | None
    """The transaction that was asked for, else the payment; null where none is known."""
    transactions: tuple[Transaction, ...]
    """All movements of money, oldest first."""
    timeline: tuple[Moment, ...]
    """What happened, in order."""

    @classmethod
    def from_json(cls, value: object, place: str = "PaymentRecord") -> PaymentRecord:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            payment_intent=_required(members, place, "payment_intent", _nullable(PaymentIntent.from_json)),
            decision=_required(members, place, "decision", _nullable(Decision.from_json)),
            transaction=_required(members, place, "transaction", _nullable(Transaction.from_json)),
            transactions=_required(members, place, "transactions", _list(Transaction.from_json)),
            timeline=_required(members, place, "timeline", _list(Moment.from_json)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened to a payment."""

    at: str
    """When, on the platform's clock."""
    what: str
    """What. One of `MomentKind`, or what a newer wallet says."""
    kind: str | None
    """Of what a decision is told, its kind; else null. One of `DecisionKind`, or what a newer wallet says."""

    @classmethod
    def from_json(cls, value: object, place: str = "Moment") -> Moment:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            at=_required(members, place, "at", _text),
            what=_required(members, place, "what", _text),
            kind=_required(members, place, "kind", _nullable(_text)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What the wallet holds, and how long ago that was known."""

    balance: str
    """What the wallet holds, in major units."""
    currency: str
    """The balance's currency."""
    as_of: str
    """When the platform said so."""
    age_seconds: int
    """How many seconds ago that was."""

    @classmethod
    def from_json(cls, value: object, place: str = "Balance") -> Balance:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            balance=_required(members, place, "balance", _text),
            currency=_required(members, place, "currency", _text),
            as_of=_required(members, place, "as_of", _text),
            age_seconds=_required(members, place, "age_seconds", _integer),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceValue:
    """What the wallet holds, as last known."""

    balance: str
    """What the wallet holds, in major units."""
    currency: str
    """The balance's currency."""
    as_of: str
    """When the platform said so."""

    @classmethod
    def from_json(cls, value: object, place: str = "BalanceValue") -> BalanceValue:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            balance=_required(members, place, "balance", _text),
            currency=_required(members, place, "currency", _text),
            as_of=_required(members, place, "as_of", _text),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletCode:
    """The customer's own code, for a till to scan."""

    scan_token: str
    """What the code holds: whoever has it can ask the customer to pay."""
    svg: str
    """The code as a picture."""

    @classmethod
    def from_json(cls, value: object, place: str = "WalletCode") -> WalletCode:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            scan_token=_required(members, place, "scan_token", _text),
            svg=_required(members, place, "svg", _text),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofExport:
    """A signed decision."""

    proof: Proof
    """The document, to be kept as it is."""

    @classmethod
    def from_json(cls, value: object, place: str = "ProofExport") -> ProofExport:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            proof=_required(members, place, "proof", Proof.from_json),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What this device signed to decide: what was agreed to, not what came of it."""

    decision: str
    """What was decided. One of `DecisionKind`, or what a newer wallet says."""
    intent: str
    """The intent's id."""
    wallet: str
    """The wallet's id."""
    amount: str
    """The amount, in major units."""
    currency: str
    """The amount's currency."""
    merchant: str
    """The merchant's id."""
    idempotency_key: str
    """The key that every attempt sent."""
    decided_at: str
    """When it was said, on the platform's clock."""
    device_id: str
    """The device that signed."""
    public_key: PublicKey | None = None
    """Which key is meant; absent where this device does not hold it any more. It proves nothing."""
    proof: str
    """The signature: ES256, a compact JSON Web Signature."""
    body: str
    """The body in which all was sent."""
    document: Mapping[str, object] = field(repr=False, hash=False)
    """The whole document, with the members that have no name here."""

    @classmethod
    def from_json(cls, value: object, place: str = "Proof") -> Proof:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            decision=_required(members, place, "decision", _text),
            intent=_required(members, place, "intent", _text),
            wallet=_required(members, place, "wallet", _text),
            amount=_required(members, place, "amount", _text),
            currency=_required(members, place, "currency", _text),
            merchant=_required(members, place, "merchant", _text),
            idempotency_key=_required(members, place, "idempotency_key", _text),
            decided_at=_required(members, place, "decided_at", _text),
            device_id=_required(members, place, "device_id", _text),
            public_key=_optional(members, place, "public_key", PublicKey.from_json),
            proof=_required(members, place, "proof", _text),
            body=_required(members, place, "body", _text),
            document=members,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A device's public key, as a JSON Web Key."""

    kty: str
    """EC."""
    crv: str
    """P-256."""
    x: str
    """The point's x, 32 bytes in base64url."""
    y: str
    """The point's y, 32 bytes in base64url."""
    kid: str
    """The device's id."""

    @classmethod
    def from_json(cls, value: object, place: str = "PublicKey") -> PublicKey:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            kty=_required(members, place, "kty", _text),
            crv=_required(members, place, "crv", _text),
            x=_required(members, place, "x", _text),
            y=_required(members, place, "y", _text),
            kid=_required(members, place, "kid", _text),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofVerification:
    """Whether a device has signed what a proof says."""

    verified: bool
    """Whether it holds."""
    reason: str | None
    """Why it doesn't, for programs: wrong_signature; null where it holds."""
    member: str | None
    """The member that is wrong; null where it is no single one."""
    device: str | None
    """The device that signed; null where that can't be told."""
    revoked_at: str | None
    """When the device's key was revoked; null where it wasn't."""
    claims: ProofClaims | None
    """What was signed; null where it does not hold."""

    @classmethod
    def from_json(cls, value: object, place: str = "ProofVerification") -> ProofVerification:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            verified=_required(members, place, "verified", _boolean),
            reason=_required(members, place, "reason", _nullable(_text)),
            member=_required(members, place, "member", _nullable(_text)),
            device=_required(members, place, "device", _nullable(_text)),
            revoked_at=_required(members, place, "revoked_at", _nullable(_text)),
            claims=_required(members, place, "claims", _nullable(ProofClaims.from_json)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofClaims:
    """What a device has signed."""

    intent: str
    """The intent's id."""
    wallet: str
    """The wallet's id."""
    decision: str
    """What was decided. One of `DecisionKind`, or what a newer wallet says."""
    amount: str
    """The amount, in major units."""
    currency: str
    """The amount's currency."""
    merchant: str
    """The merchant's id."""
    iat: int
    """When it was signed, in seconds since 1970."""
    jti: str
    """The decision's idempotency key."""

    @classmethod
    def from_json(cls, value: object, place: str = "ProofClaims") -> ProofClaims:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            intent=_required(members, place, "intent", _text),
            wallet=_required(members, place, "wallet", _text),
            decision=_required(members, place, "decision", _text),
            amount=_required(members, place, "amount", _text),
            currency=_required(members, place, "currency", _text),
            merchant=_required(members, place, "merchant", _text),
            iat=_required(members, place, "iat", _integer),
            jti=_required(members, place, "jti", _text),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Devices:
    """The devices that may decide for the wallet, or could."""

    devices: tuple[Device, ...]
    """As the platform lists them."""

    @classmethod
    def from_json(cls, value: object, place: str = "Devices") -> Devices:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            devices=_required(members, place, "devices", _list(Device.from_json)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device that may decide for the wallet, or could until it was revoked."""

    device_id: str
    """The device's id."""
    name: str
    """What it was called when it was registered."""
    thumbprint: str
    """The SHA-256 of its key (RFC 7638), in base64url."""
    created_at: str
    """When it was registered."""
    last_used_at: str | None
    """When it last decided; null if it never has."""
    revoked_at: str | None
    """When it was revoked; null while it may decide."""
    this_device: bool
    """Whether it is this wallet's own."""

    @classmethod
    def from_json(cls, value: object, place: str = "Device") -> Device:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            device_id=_required(members, place, "device_id", _text),
            name=_required(members, place, "name", _text),
            thumbprint=_required(members, place, "thumbprint", _text),
            created_at=_required(members, place, "created_at", _text),
            last_used_at=_required(members, place, "last_used_at", _nullable(_text)),
            revoked_at=_required(members, place, "revoked_at", _nullable(_text)),
            this_device=_required(members, place, "this_device", _boolean),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokedDevice:
    """A device that can't decide any more."""

    device_id: str
    """The device's id."""
    revoked: bool
    """True."""

    @classmethod
    def from_json(cls, value: object, place: str = "RevokedDevice") -> RevokedDevice:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            device_id=_required(members, place, "device_id", _text),
            revoked=_required(members, place, "revoked", _boolean),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the person has limited on this device."""

    limits: tuple[Limit, ...]
    """One a currency."""

    @classmethod
    def from_json(cls, value: object, place: str = "Limits") -> Limits:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            limits=_required(members, place, "limits", _list(Limit.from_json)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What the person has limited in one currency."""

    currency: str
    """The currency."""
    always_ask: bool
    """Whether the person is asked each time."""
    type_above: str | None
    """Above which amount the person types it; null for none."""
    daily: str | None
    """How much may be agreed to in a day; null for any amount."""
    agreed_today: str
    """How much was agreed to today, in major units."""

    @classmethod
    def from_json(cls, value: object, place: str = "Limit") -> Limit:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            currency=_required(members, place, "currency", _text),
            always_ask=_required(members, place, "always_ask", _boolean),
            type_above=_required(members, place, "type_above", _nullable(_text)),
            daily=_required(members, place, "daily", _nullable(_text)),
            agreed_today=_required(members, place, "agreed_today", _text),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Whether everything is in order that the wallet needs."""

    checks: tuple[Check, ...]
    """What was looked at, in order."""

    @classmethod
    def from_json(cls, value: object, place: str = "Diagnosis") -> Diagnosis:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            checks=_required(members, place, "checks", _list(Check.from_json)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a look at one thing has found."""

    check: str
    """What was looked at. One of `CheckSubject`, or what a newer wallet says."""
    ok: bool
    """Whether it is in order."""
    detail: str
    """What was found, for people."""
    code: str | None
    """What is wrong, a code of error-codes.md; null where it is in order."""

    @classmethod
    def from_json(cls, value: object, place: str = "Check") -> Check:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            check=_required(members, place, "check", _text),
            ok=_required(members, place, "ok", _boolean),
            detail=_required(members, place, "detail", _text),
            code=_required(members, place, "code", _nullable(_text)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Whether a topic's values are told."""

    topic: str
    """The topic. One of `Topic`, or what a newer wallet says."""
    subscribed: bool
    """Whether they are from now on."""

    @classmethod
    def from_json(cls, value: object, place: str = "Subscription") -> Subscription:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            topic=_required(members, place, "topic", _text),
            subscribed=_required(members, place, "subscribed", _boolean),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """What became of a cancellation."""

    id: int
    """The id of the request that was to be cancelled."""
    cancelled: bool
    """Whether it was in flight."""

    @classmethod
    def from_json(cls, value: object, place: str = "Cancelled") -> Cancelled:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            id=_required(members, place, "id", _integer),
            cancelled=_required(members, place, "cancelled", _boolean),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The end: of `close`, and as a message of its own the last one."""

    closed: bool
    """True."""

    @classmethod
    def from_json(cls, value: object, place: str = "Closed") -> Closed:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            closed=_required(members, place, "closed", _boolean),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Which wallet it is."""

    version: str
    """The wallet's version."""
    abi: int
    """The version of the C interface: major × 1000 + minor."""

    @classmethod
    def from_json(cls, value: object, place: str = "Version") -> Version:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            version=_required(members, place, "version", _text),
            abi=_required(members, place, "abi", _integer),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyText:
    """An amount, exact and as it is shown."""

    amount: str
    """The amount, in major units."""
    currency: str
    """The amount's currency."""
    minor_units: str
    """The amount in minor units, a whole number as text."""
    digits: int
    """How many decimals the currency has."""
    shown: str
    """Amount and currency for people."""

    @classmethod
    def from_json(cls, value: object, place: str = "MoneyText") -> MoneyText:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            amount=_required(members, place, "amount", _text),
            currency=_required(members, place, "currency", _text),
            minor_units=_required(members, place, "minor_units", _text),
            digits=_required(members, place, "digits", _integer),
            shown=_required(members, place, "shown", _text),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """By what news is heard of at the moment."""

    listening: str
    """By what news is heard of. One of `ListeningMode`, or what a newer wallet says."""
    error: ErrorDocument | None
    """Why `sync.start` has ended by itself; else null."""

    @classmethod
    def from_json(cls, value: object, place: str = "Listening") -> Listening:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            listening=_required(members, place, "listening", _text),
            error=_required(members, place, "error", _nullable(ErrorDocument.from_json)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionState:
    """Whether somebody is logged in."""

    logged_in: bool
    """Whether somebody is, as far as this device knows."""
    session: str
    """The same, and why not. One of `SessionWord`, or what a newer wallet says."""
    ended: bool
    """Whether the platform ended the session."""

    @classmethod
    def from_json(cls, value: object, place: str = "SessionState") -> SessionState:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            logged_in=_required(members, place, "logged_in", _boolean),
            session=_required(members, place, "session", _text),
            ended=_required(members, place, "ended", _boolean),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """A line of the log. It holds no secret."""

    level: str
    """How grave it is. One of `LogLevel`, or what a newer wallet says."""
    message: str
    """What happened."""
    metadata: Mapping[str, str] = field(hash=False)
    """What it is about, text by name."""

    @classmethod
    def from_json(cls, value: object, place: str = "LogEntry") -> LogEntry:
        """Reads it from a parsed document. Members that have no name here are ignored.

        Raises `MalformedDocument`, which says where in `place` it is, where a member is missing or of another type.
        """
        members = _object(value, place)
        return cls(
            level=_required(members, place, "level", _text),
            message=_required(members, place, "message", _text),
            metadata=_required(members, place, "metadata", _map(_text)),
        )
