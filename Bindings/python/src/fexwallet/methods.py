"""The wallet's methods, named after the messages: once for `Wallet`, which waits, and `AsyncWallet`, to be awaited."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, Concatenate, Generic, NamedTuple, ParamSpec, Protocol, TypeVar, overload

from fexwallet import messages
from fexwallet._requests import Request

if TYPE_CHECKING:
    from fexwallet.aio import AsyncWallet
    from fexwallet.wallet import Wallet

P = ParamSpec("P")
T = TypeVar("T")


class Shown(Protocol):
    """What the person was shown, and decides on: a `ScanReport`, an `ApprovalRequest`, `ShownTerms`, or the like.

    Where it is not what the platform has, nothing is done, and the error is `terms_changed`.
    """

    @property
    def intent(self) -> str | None: ...
    @property
    def amount(self) -> str | None: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def merchant(self) -> str | None: ...


class ShownTerms(NamedTuple):
    """What the person was shown, in your own words."""

    intent: str
    amount: str
    currency: str
    merchant: str


class method(Generic[P, T]):  # noqa: N801
    """Turns what makes a request into a method that performs it, in the way of the wallet that has it."""

    def __init__(self, make: Callable[Concatenate[Any, P], Request[T]]) -> None:
        @functools.wraps(make)
        def perform(wallet: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
            return wallet._perform(make(wallet, *args, **kwargs))

        self._make = make
        self._perform = perform

    @overload
    def __get__(self, wallet: None, owner: type) -> Callable[Concatenate[Any, P], Request[T]]: ...
    @overload
    def __get__(self, wallet: Wallet, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, wallet: AsyncWallet, owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, wallet: Any, owner: type) -> Any:
        # Of the class itself: what documentation is read from.
        return self._make if wallet is None else types.MethodType(self._perform, wallet)


class Methods:
    """Each returns what the message of its name is answered with, or raises `WalletError`.

    Amounts are decimal strings, times RFC 3339 in UTC. Texts from outside are as the platform gave them: clean them
    before a terminal shows them.
    """

    @method
    def status(self) -> Request[messages.Status]:
        """Who is logged in, the balance as last known, what waits. Quick, and without the network."""
        return Request("status", {}, messages.Status.from_json)

    # MARK: Session

    @method
    def login_device(
        self, device_name: str, prompt: Callable[[messages.LoginPrompt], object]
    ) -> Request[messages.LoggedIn]:
        """Logs in, once the person has allowed it on the page that `prompt` is given, on any device of theirs.

        `prompt` is called on the thread, or the event loop, that waits for the login.
        """
        return Request("login.device", {"device_name": device_name}, messages.LoggedIn.from_json, prompt)

    @method
    def login_begin(self, redirect: str) -> Request[messages.LoginPage]:
        """The page to be opened in the person's browser, which leads back to `redirect` (PKCE)."""
        return Request("login.begin", {"redirect": redirect}, messages.LoginPage.from_json)

    @method
    def login_finish(self, callback: str, device_name: str) -> Request[messages.LoggedIn]:
        """Logs in with the address that the page led back to."""
        return Request("login.finish", {"callback": callback, "device_name": device_name}, messages.LoggedIn.from_json)

    @method
    def login_tokens(
        self, access_token: str, expires_in: int, device_name: str, *, refresh_token: str | None = None
    ) -> Request[messages.LoggedIn]:
        """Logs in with tokens that the host got by itself. `expires_in` is in seconds."""
        params = {
            "access_token": access_token, "expires_in": expires_in, "refresh_token": refresh_token,
            "device_name": device_name}
        return Request("login.tokens", params, messages.LoggedIn.from_json)

    @method
    def login_password(self, username: str, password: str, device_name: str) -> Request[messages.LoggedIn]:
        """Logs in with a password. For tests: people use a page."""
        params = {"username": username, "password": password, "device_name": device_name}
        return Request("login.password", params, messages.LoggedIn.from_json)

    @method
    def logout(self) -> Request[messages.LoggedOut]:
        """Ends the session, and says whether the platform was told."""
        return Request("logout", {}, messages.LoggedOut.from_json)

    # MARK: Decisions

    @method
    def scan(self, code: str) -> Request[messages.ScanReport]:
        """What a code is, and the intent that it names as the platform has it. Moves no money."""
        return Request("scan", {"code": code}, messages.ScanReport.from_json)

    @method
    def pay(
        self, terms: Shown, *, reason: str | None = None, consent: str | None = None
    ) -> Request[messages.DecisionResult]:
        """Pays what the person was shown. The decision's `state` says what came of it; `waiting` is queued.

        It is on disk before anything is sent, and takes effect once, whatever is tried again. `consent` is how the
        person has agreed: `asked`, which is the default, `amount_typed` or `preauthorised`.
        """
        return _decide("pay", terms, reason, consent)

    @method
    def approve(
        self, terms: Shown, *, reason: str | None = None, consent: str | None = None
    ) -> Request[messages.DecisionResult]:
        """Agrees to what a till has asked for. Like `pay` otherwise."""
        return _decide("approve", terms, reason, consent)

    @method
    def decline(self, terms: Shown, *, reason: str | None = None) -> Request[messages.DecisionResult]:
        """Declines what a till has asked for; `reason` is for the merchant. On disk and sent like a payment."""
        return _decide("decline", terms, reason, None)

    @method
    def outbox(self) -> Request[messages.Outbox]:
        """The decisions that are not settled: what each waits for, and when it is tried next."""
        return Request("outbox", {}, messages.Outbox.from_json)

    @method
    def outbox_retry(self, id: str) -> Request[messages.DecisionResult]:
        """Sends a decision again at once. `id` is its own, or its intent's."""
        return Request("outbox.retry", {"id": id}, messages.DecisionResult.from_json)

    @method
    def outbox_cancel(self, id: str) -> Request[messages.DecisionResult]:
        """Takes a decision back. Raises `not_cancellable` where it may have been sent."""
        return Request("outbox.cancel", {"id": id}, messages.DecisionResult.from_json)

    # MARK: Approvals

    @method
    def approvals(self, *, all: bool = False, refresh: bool = True) -> Request[messages.Approvals]:
        """What tills have asked for: what is open, or `all` that is known. `refresh` asks the platform first."""
        return Request("approvals", {"all": all, "refresh": refresh}, messages.Approvals.from_json)

    @method
    def approvals_receive(self, push: str | Mapping[str, object]) -> Request[messages.ReceivedApproval]:
        """Takes the payload of a push notification. The approval is None where it asks nothing of this wallet."""
        return Request("approvals.receive", {"push": push}, messages.ReceivedApproval.from_json)

    @method
    def approvals_mute(self, merchant: str) -> Request[messages.MutedMerchant]:
        """Mutes a merchant's requests on this device."""
        return Request("approvals.mute", {"merchant": merchant}, messages.MutedMerchant.from_json)

    @method
    def approvals_unmute(self, merchant: str) -> Request[messages.MutedMerchant]:
        """Ends the muting of a merchant."""
        return Request("approvals.unmute", {"merchant": merchant}, messages.MutedMerchant.from_json)

    @method
    def approvals_muted(self) -> Request[messages.MutedMerchants]:
        """The merchants that are muted."""
        return Request("approvals.muted", {}, messages.MutedMerchants.from_json)

    # MARK: Synchronisation

    @method
    def sync(self) -> Request[messages.SyncReport]:
        """Sends what waits, and fetches what is new."""
        return Request("sync", {}, messages.SyncReport.from_json)

    @method
    def sync_start(self) -> Request[messages.SyncRunning]:
        """Listens for events and sends what waits, in the background, until `sync_stop`."""
        return Request("sync.start", {}, messages.SyncRunning.from_json)

    @method
    def sync_stop(self) -> Request[messages.SyncRunning]:
        """Ends what `sync_start` began."""
        return Request("sync.stop", {}, messages.SyncRunning.from_json)

    # MARK: What has happened

    @method
    def history(
        self, *, limit: int | None = None, after: str | None = None, search: str | None = None, type: str | None = None,
        status: str | None = None, merchant: str | None = None, since: str | None = None, until: str | None = None,
        min: str | None = None, max: str | None = None, currency: str | None = None,
    ) -> Request[messages.History]:
        """Transactions from this device, newest first; all that is named has to hold.

        `limit` is 1 to 1000, by default 50. `after` is the `next` of an earlier page. `since` and `until` are a day
        where the person is, or a moment.
        """
        params = {
            "limit": limit, "after": after, "search": search, "type": type, "status": status, "merchant": merchant,
            "since": since, "until": until, "min": min, "max": max, "currency": currency}
        return Request("history", params, messages.History.from_json)

    @method
    def history_totals(self, *, by: str | None = None) -> Request[messages.HistoryTotals]:
        """How much was moved by `month`, which is the default, or by `merchant`."""
        return Request("history.totals", {"by": by}, messages.HistoryTotals.from_json)

    @method
    def show(self, id: str) -> Request[messages.PaymentRecord]:
        """All that is known of an intent or a transaction, by its id."""
        return Request("show", {"id": id}, messages.PaymentRecord.from_json)

    @method
    def balance(self, *, refresh: bool = False) -> Request[messages.Balance]:
        """The balance as last known, and how old that is. `refresh` asks the platform first."""
        return Request("balance", {"refresh": refresh}, messages.Balance.from_json)

    # MARK: Wallet and device

    @method
    def code(self) -> Request[messages.WalletCode]:
        """The customer's own code, for a till to scan."""
        return Request("code", {}, messages.WalletCode.from_json)

    @method
    def proof_export(self, id: str) -> Request[messages.ProofExport]:
        """What this device signed to decide. `id` is the decision's, or its intent's."""
        return Request("proof.export", {"id": id}, messages.ProofExport.from_json)

    @method
    def proof_verify(
        self, proof: messages.Proof | Mapping[str, object], *, keys: Mapping[str, object] | None = None
    ) -> Request[messages.ProofVerification]:
        """Whether a device of this wallet has signed that. `keys`, a JWK set, stand in for the platform's list."""
        return verification(proof, keys)

    @method
    def devices(self) -> Request[messages.Devices]:
        """The wallet's devices, as the platform has them."""
        return Request("devices", {}, messages.Devices.from_json)

    @method
    def devices_revoke(self, device: str) -> Request[messages.RevokedDevice]:
        """Ends a device for good: it decides nothing any more."""
        return Request("devices.revoke", {"device": device}, messages.RevokedDevice.from_json)

    @method
    def limits(self) -> Request[messages.Limits]:
        """What the person has limited."""
        return Request("limits", {}, messages.Limits.from_json)

    @method
    def doctor(self) -> Request[messages.Diagnosis]:
        """Whether all that the wallet needs is as it should be."""
        return Request("doctor", {}, messages.Diagnosis.from_json)


def verification(
    proof: messages.Proof | Mapping[str, object], keys: Mapping[str, object] | None
) -> Request[messages.ProofVerification]:
    document = proof.document if isinstance(proof, messages.Proof) else proof
    return Request("proof.verify", {"proof": document, "keys": keys}, messages.ProofVerification.from_json)


def _decide(
    kind: str, terms: Shown, reason: str | None, consent: str | None
) -> Request[messages.DecisionResult]:
    params = {
        "intent": terms.intent, "amount": terms.amount, "currency": terms.currency, "merchant": terms.merchant,
        "reason": reason, "consent": consent}
    if isinstance(terms, messages.ScanReport) and (fetched := terms.payment_intent):
        # What the code doesn't name the person saw in the intent. What it does name has to agree with that.
        if terms.amount is None:
            params |= {"amount": fetched.amount, "currency": fetched.currency}
        params["merchant"] = terms.merchant or fetched.merchant_id
    return Request(kind, params, messages.DecisionResult.from_json)
