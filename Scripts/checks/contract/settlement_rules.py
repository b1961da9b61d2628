"""What follows a payment: refunds, transactions, webhooks, the ledger."""

import hashlib
import hmac
import json
import queue
import time
from decimal import Decimal

from decisions import Device
from webhooks import Receiver

M = "/merchant/api/v1"
INTENTS = M + "/payment-intents"


def check(sandbox, table):
    receiver = Receiver()
    try:
        refunds(sandbox, table.row)
        webhooks(sandbox, table.row, receiver)
        ledger(sandbox, table.row)
    finally:
        receiver.close()


def actors(sandbox):
    """A device with a fresh token, the merchant, and the merchant's token."""
    wallet, merchant = sandbox.ready["wallets"][0], sandbox.ready["merchants"][0]
    return Device(sandbox, wallet, sandbox.person_token(wallet)), merchant, sandbox.client_token(merchant)


def refunds(sandbox, row):
    device, merchant, till = actors(sandbox)
    other = sandbox.client_token(sandbox.ready["merchants"][1])
    intent = device.open_intent("approve", merchant, till, amount=12.34)
    path = f"{INTENTS}/{intent['id']}"
    row("refund: from pending_approval", True, lambda: sandbox.call("POST", path + "/refund", till).status in (409, 422))
    before = balance(sandbox, device)
    device.decide("approve", intent)
    paid = sandbox.call("GET", path, till)["payment_intent"]
    row("a paid intent: completed_by", device.wallet["wallet_id"], paid.get("completed_by"))
    row("a paid intent can't be cancelled", 409, lambda: sandbox.call("POST", path + "/cancel", till).status)
    row("refund: another merchant's", 404, lambda: sandbox.call("POST", path + "/refund", other).status)
    made = sandbox.call("POST", path + "/refund", till)
    row("refund: status", "200 True", lambda: f"{made.status} {made['refund_initiated']}")
    row("refund: refunded, initiated", "refunded initiated", lambda: f"{made['payment_intent']['status']} {made['payment_intent']['refund_status']}")
    row("refund: again", 409, lambda: sandbox.call("POST", path + "/refund", till).status)
    row("refund: unknown", 404, lambda: sandbox.call("POST", INTENTS + "/unknown/refund", till).status)
    sandbox.advance(30)
    device, merchant, till = actors(sandbox)
    done = eventually(lambda: sandbox.call("GET", path, till)["payment_intent"], lambda seen: seen.get(
        "refund_status") == "completed")
    row("refund: completed when the ledger has posted", "completed True", lambda: f"{done.get('refund_status')} {bool(done.get('refund_ledger_tx_id'))}")
    row("refund: the wallet has its money again", before, lambda: balance(sandbox, device))
    items = sandbox.call("GET", M + "/transactions", till)["transactions"]
    mine = [item for item in items if item.get("metadata", {}).get("payment_intent_id") == intent["id"]]
    row("transactions: the payment and the refund, newest first", ["refund", "payment"], lambda: [
        item["transaction_type"] for item in mine])
    row("transactions: amount is a text", "12.34", lambda: mine[-1]["amount"])
    row("transactions: members", True, lambda: {
        "transaction_id", "transaction_type", "status", "amount", "currency", "from_account_id", "to_account_id",
        "created_at", "completed_at"} <= set(mine[-1]))


def webhooks(sandbox, row, receiver):
    device, merchant, till = actors(sandbox)

    def paid(**more):
        intent = sandbox.call("POST", INTENTS, till, {"amount": 7.5, "reference": "r-7", "metadata": {"table": 4}, **more})
        device.decide("pay", intent["payment_intent"])
        return intent["payment_intent"]

    def delivery():
        try:
            return receiver.next()
        except queue.Empty:
            return None

    intent = paid(callback_url=receiver.url + "/callback")
    got = delivery()
    body = json.loads(got[2]) if got else {}
    row("webhook: to the callback_url", "/callback", lambda: got[0])
    for name, value in [("event", "payment.completed"), ("payment_intent_id", intent["id"]), ("amount", 7.5),
                        ("merchant_id", merchant["merchant_id"]), ("currency", "USD"), ("status", "completed"),
                        ("reference", "r-7"), ("metadata", {"table": 4})]:
        row(f"webhook: {name}", value, body.get(name))
    row("webhook: completed_at", True, bool(body.get("completed_at")))
    row("webhook: without a counter signed with the merchant's secret", True, lambda: hmac.compare_digest(
        got[1]["X-Webhook-Signature"], signature(merchant["webhook_secret"], got[2])))

    made = sandbox.call("POST", M + "/counters", till, {"name": "Hook", "webhook_url": receiver.url + "/counter"})
    counter = made["counter"] or {}
    paid(counter_id=counter.get("id"))
    got = delivery()
    row("webhook: else to the counter's webhook_url", "/counter", lambda: got[0])
    row("webhook: signed with the counter's secret", signature(made["webhook_secret"] or "", got[2] if got else b""),
        lambda: got[1]["X-Webhook-Signature"])
    rotated = sandbox.call("POST", f"{M}/counters/{counter.get('id')}/rotate-secret", till)["webhook_secret"]
    paid(counter_id=counter.get("id"))
    got = delivery()
    row("webhook: after a rotation with the new secret", signature(rotated or "", got[2] if got else b""),
        lambda: got[1]["X-Webhook-Signature"])
    receiver.statuses = [500]
    paid(counter_id=counter.get("id"), callback_url=receiver.url + "/both")
    got = delivery()
    row("webhook: callback_url goes before the counter's", "/both", lambda: got[0])
    row("webhook: a counter's intent at a callback_url: the counter's secret",
        signature(rotated or "", got[2] if got else b""), lambda: got[1]["X-Webhook-Signature"])
    row("webhook: not acknowledged: not again before its time", True, receiver.deliveries.empty)
    row("webhook: not acknowledged: again later, the same body", True, lambda: later(sandbox, receiver)[2] == got[2])

    receiver.statuses = [500] * 10
    device, merchant, till = actors(sandbox)
    sandbox.call("POST", INTENTS, till, {"amount": 1, "expires_in": 60, "callback_url": receiver.url + "/expiry"})
    count, event = 0, None
    for _ in range(12):
        sandbox.advance(3600)
        while True:
            try:
                event = json.loads(receiver.next(timeout=0.4)[2])["event"]
                count += 1
            except queue.Empty:
                break
    receiver.statuses = []
    row("webhook: payment.expired, unasked", "payment.expired", event)
    row("webhook: one attempt and five more", 6, count)

    device, merchant, till = actors(sandbox)
    intent = paid(callback_url=receiver.url + "/refund")
    delivery()
    sandbox.call("POST", f"{INTENTS}/{intent['id']}/refund", till)
    row("webhook: payment.refunded", "payment.refunded", lambda: json.loads(later(sandbox, receiver)[2])["event"])

    device, merchant, till = actors(sandbox)
    aimed = sandbox.call("POST", M + "/scan-payment", till, {
        "amount": 1, "scan_token": device.wallet["scan_token"], "counter_id": merchant["counters"][0]["id"],
        "callback_url": receiver.url + "/approved"})["payment_intent"]
    device.decide("approve", aimed)
    row("webhook: an approval leads to payment.completed", "payment.completed", lambda: json.loads(
        receiver.next()[2])["event"])
    aimed = sandbox.call("POST", M + "/scan-payment", till, {
        "amount": 1, "scan_token": device.wallet["scan_token"], "counter_id": merchant["counters"][0]["id"],
        "callback_url": receiver.url + "/declined"})["payment_intent"]
    device.decide("decline", aimed)
    sandbox.advance(60)
    time.sleep(0.5)
    row("webhook: none for a decline, unless extended", True, receiver.deliveries.empty)


def ledger(sandbox, row):
    report = sandbox.control("GET", "ledger")
    row("ledger: all balances sum to zero", "0.00", lambda: str(sum(
        (Decimal(value) for value in report["balances"].values()), Decimal("0.00"))))
    sums = {}
    for entry in report["entries"]:
        for account, sign in ((entry["debit_account_id"], -1), (entry["credit_account_id"], 1)):
            sums[account] = sums.get(account, Decimal(0)) + sign * Decimal(entry["amount"])
    row("ledger: each balance is the sum of its entries", True, lambda: all(
        Decimal(value) == sums.get(account, 0) for account, value in report["balances"].items()))


def balance(sandbox, device):
    return sandbox.call("GET", "/wallet/api/v1/wallet", device.token)["wallet"]["balance"]


def signature(secret, body):
    """As published: bare hexadecimal, the secret's text being the key."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def eventually(look, holds):
    """What is seen once it holds, or at last."""
    for _ in range(30):
        seen = look()
        if holds(seen):
            break
        time.sleep(0.1)
    return seen


def later(sandbox, receiver):
    """The next delivery, with the clock moved on until it comes."""
    for _ in range(12):
        try:
            return receiver.next(timeout=0.4)
        except queue.Empty:
            sandbox.advance(600)
    raise queue.Empty
