"""The wallet's calls: wallet, approvals, decisions, transactions, devices, credentials for events."""

import uuid

from decisions import Device

W = "/wallet/api/v1"


def check(sandbox, table):
    row, ready = table.row, sandbox.ready
    wallet, merchant = ready["wallets"][0], ready["merchants"][0]
    person, till = sandbox.person_token(wallet), sandbox.client_token(merchant)
    own = sandbox.call("GET", W + "/wallet", person)
    row("GET wallet: members", True, lambda: {
        "wallet_id", "user_id", "scan_token", "currency", "balance", "version", "updated_at"} <= set(own["wallet"]))
    row("GET wallet: balance is a text", "1000.00", lambda: own["wallet"]["balance"])
    row("GET wallet: without a token", 401, lambda: sandbox.call("GET", W + "/wallet").status)
    devices(sandbox, row, wallet, person)

    device = Device(sandbox, wallet, person)
    decisions(sandbox, row, device, merchant, till)
    feeds(sandbox, row, device, merchant, till)
    row("GET events/credentials", "200 ['password', 'success', 'user']", lambda: f"{(a := sandbox.call('GET', W + '/events/credentials', device.token)).status} {sorted(a.json)}")


def said(answer):
    """The status and the code."""
    return f"{answer.status} {answer['code']}"


def devices(sandbox, row, wallet, person):
    own = sandbox.session_token(wallet)
    device = Device(sandbox, wallet, own)
    path = f"{W}/devices/{device.id}"
    row("devices: register", 201, device.registration.status)
    row("devices: get", "200 Check", lambda: f"{(a := sandbox.call('GET', path, person)).status} {a['device']['name']}")
    row("devices: another wallet's", 404, lambda: sandbox.call(
        "GET", path, sandbox.person_token(sandbox.ready["wallets"][1])).status)
    row("devices: the same key again", device.id, lambda: sandbox.call(
        "POST", W + "/devices", own, device.enrolment(own))["device_id"])
    enrolment = device.enrolment(own)
    row("devices: a key that is no point", 400, lambda: sandbox.call(
        "POST", W + "/devices", own, {**enrolment, "public_key": {**device.jwk, "x": "A" * 43}}).status)
    row("devices: a private key", 400, lambda: sandbox.call(
        "POST", W + "/devices", own, {**enrolment, "public_key": {**device.jwk, "d": "A" * 43}}).status)
    row("devices: without a proof", 400, lambda: sandbox.call(
        "POST", W + "/devices", own, {"name": "x", "public_key": device.jwk}).status)
    row("devices: a proof of another key", "422 proof_invalid", lambda: said(sandbox.call(
        "POST", W + "/devices", own, {**enrolment, "public_key": Device(sandbox, wallet, own).jwk})))
    row("devices: a nonce that was used", "201 422 proof_invalid", lambda: " ".join((
        str(sandbox.call("POST", W + "/devices", own, enrolment).status),
        said(sandbox.call("POST", W + "/devices", own, enrolment)))))
    for name, value in (("aud", "https://elsewhere.example"), ("wallet", "another"), ("nonce", "none"), ("iat", 0)):
        row(f"devices: a proof with another {name}", "422 proof_invalid", lambda: said(sandbox.call(
            "POST", W + "/devices", own, device.enrolment(own, **{name: value}))))
    row("devices: list: members", [
        "created_at", "device_id", "last_used_at", "name", "revoked_at", "thumbprint"], lambda: sorted(
        sandbox.call("GET", W + "/devices", own)["devices"][0]))
    row("devices: push", "200 200 400", lambda: " ".join(str(sandbox.call(
        method, path + "/push", own, body).status) for method, body in (
            ("PUT", {"kind": "apns", "token": "a"}), ("DELETE", None), ("PUT", {"kind": "sms", "token": "a"}))))
    row("devices: delete, then get", "200 404", lambda: f"{sandbox.call('DELETE', path, person).status} {sandbox.call('GET', path, person).status}")
    row("devices: the tokens of a removed one", 401, lambda: sandbox.call("GET", W + "/wallet", own).status)
    row("devices: removed ones are listed too", True, lambda: any(
        item["device_id"] == device.id and item["revoked_at"] for item in sandbox.call(
            "GET", W + "/devices", person)["devices"]))


def decisions(sandbox, row, device, merchant, till):
    for kind, status in (("pay", "completed"), ("approve", "completed"), ("decline", "declined")):
        intent = device.open_intent(kind, merchant, till, amount=10)
        key = str(uuid.uuid4())
        body = device.decision(kind, intent, key)
        path = f"{W}/payment-intents/{intent['id']}/{kind}"
        first = sandbox.call("POST", path, device.token, body, {"Idempotency-Key": key})
        row(f"{kind}: takes effect", f"200 {status} False", lambda: f"{first.status} {first['payment_intent']['status']} {first['replayed']}")
        row(f"{kind}: a transaction only where money moved", kind != "decline", lambda: "transaction" in first.json)
        again = sandbox.call("POST", path, device.token, body, {"Idempotency-Key": key})
        row(f"{kind}: same key, same body: the first answer again", True, lambda: again["replayed"] and {
            **again.json, "replayed": False} == first.json)
        row(f"{kind}: same key, another body", "409 idempotency_mismatch", lambda: said(sandbox.call(
            "POST", path, device.token, {**body, "reason": "x"}, {"Idempotency-Key": key})))
        late = device.decide(kind, intent)
        row(f"{kind}: another key, decided already", f"409 intent_not_payable {status}", lambda: f"{said(late)} {late['payment_intent']['status']}")
    row("decisions: balance after two payments of 10.00", "980.00", lambda: sandbox.call(
        "GET", W + "/wallet", device.token)["wallet"]["balance"])

    open_intent = device.open_intent("pay", merchant, till, amount=10)
    row("decisions: no Idempotency-Key", 400, lambda: sandbox.call(
        "POST", f"{W}/payment-intents/{open_intent['id']}/pay", device.token, device.decision("pay", open_intent, "x")).status)
    row("decisions: a key that is no UUID", 400, lambda: device.decide("pay", open_intent, key="x").status)
    row("decisions: another amount than the intent's", "422 terms_changed", lambda: said(
        device.decide("pay", open_intent, amount="9.99")))
    row("decisions: a proof for another intent", "422 proof_invalid", lambda: said(proof_of_another(
        sandbox, device, merchant, till, open_intent)))
    row("decisions: an unknown intent", "404 intent_unknown", lambda: said(
        device.decide("pay", {**open_intent, "id": "unknown"})))
    row("decisions: approving what isn't aimed here", "403 not_this_wallet", lambda: said(
        device.decide("approve", open_intent)))
    stranger = sandbox.ready["wallets"][1]
    aimed = Device(sandbox, stranger, sandbox.person_token(stranger)).open_intent("approve", merchant, till)
    row("decisions: aimed at another wallet", "403 not_this_wallet", lambda: said(device.decide("approve", aimed)))
    row("decisions: more than the wallet holds", "422 insufficient_balance", lambda: said(
        device.decide("pay", device.open_intent("pay", merchant, till, amount=100000))))
    spoilt = str(uuid.uuid4())
    body = device.decision("pay", open_intent, spoilt)
    path = f"{W}/payment-intents/{open_intent['id']}/pay"
    row("decisions: a spoilt attempt, then the unspoilt one", "422 proof_invalid, 409 idempotency_mismatch", lambda: ", ".join(
        said(sandbox.call("POST", path, device.token, sent, {"Idempotency-Key": spoilt}))
        for sent in ({**body, "proof": body["proof"][:-4] + "AAAA"}, body)))
    # In a session of its own, which ends with it.
    unknown = Device(sandbox, device.wallet, sandbox.session_token(device.wallet))
    unknown.token = device.token
    removed, unknown.id = unknown.id, str(uuid.uuid4())
    row("decisions: a device that nobody registered", "403 device_unknown", lambda: said(unknown.decide("pay", open_intent)))
    unknown.id = removed
    sandbox.call("DELETE", f"{W}/devices/{removed}", device.token)
    row("decisions: a device that was removed", "403 device_revoked", lambda: said(unknown.decide("pay", open_intent)))
    lapsing = device.open_intent("approve", merchant, till)
    sandbox.advance(301)
    device.token = sandbox.person_token(device.wallet)
    row("decisions: past expires_at", "409 intent_expired", lambda: said(device.decide("approve", lapsing)))


def proof_of_another(sandbox, device, merchant, till, intent):
    key = str(uuid.uuid4())
    other = device.open_intent("pay", merchant, till, amount=10)
    return sandbox.call("POST", f"{W}/payment-intents/{intent['id']}/pay", device.token,
                        device.decision("pay", other, key), {"Idempotency-Key": key})


def feeds(sandbox, row, device, merchant, till):
    till = sandbox.client_token(merchant)
    for path, name in ((W + "/approvals", "approvals"), (W + "/transactions", "transactions")):
        first = sandbox.call("GET", path, device.token)
        row(f"GET {name}: members", True, lambda: {"success", name, "next", "has_more"} <= set(first.json))
        row(f"GET {name}: unchanged is a 304 to its ETag", 304, lambda: sandbox.call(
            "GET", path, device.token, headers={"If-None-Match": first.headers["etag"]}).status)
        everything = sandbox.call("GET", path + "?after=0", device.token)[name]
        row(f"GET {name}?after=0: oldest change first", True, lambda: len(everything) > 1 and (
            sorted(item["seq"] for item in everything) == [item["seq"] for item in everything]))
        page = sandbox.call("GET", path + "?after=0&limit=1", device.token)
        row(f"GET {name}?limit=1: one, and more", "1 True", lambda: f"{len(page[name])} {page['has_more']}")
        row(f"GET {name}?after=next: goes on", everything[1:2], lambda: sandbox.call(
            "GET", f"{path}?after={page['next']}&limit=1", device.token)[name])
        ahead = f"{path}?after={first['next'] + 1000}"
        row(f"GET {name}: ahead of the feed, its last number", f"200 {first['next']} False", lambda: (
            lambda answer: f"{answer.status} {answer['next']} {answer['has_more']}")(
                sandbox.call("GET", ahead, device.token, headers={"If-None-Match": "*"})))
        row(f"GET {name}?fields=summary: another ETag", True, lambda: sandbox.call(
            "GET", path + "?fields=summary", device.token).headers["etag"] != first.headers["etag"])
        for query in ("limit=0", "limit=1001", "after=-1", "after=x", "fields=all", "fields="):
            row(f"GET {name}?{query}", 400, lambda: sandbox.call("GET", f"{path}?{query}", device.token).status)
    before = sandbox.call("GET", W + "/approvals", device.token)
    intent = device.open_intent("approve", merchant, till)
    after = sandbox.call("GET", f"{W}/approvals?after={before['next']}", device.token)
    row("GET approvals: a new request", [intent["id"]], lambda: [
        item["payment_intent"]["id"] for item in after["approvals"]])
    noted = sandbox.call("POST", "/merchant/api/v1/scan-payment", till, {
        "amount": 1, "scan_token": device.wallet["scan_token"], "counter_id": merchant["counters"][0]["id"],
        "metadata": {"note": "x" * 5000}})["payment_intent"]
    row("GET approvals?fields=summary: all but metadata and the code", [sorted(set(noted) - {"metadata"})], lambda: [
        sorted(item["payment_intent"]) for item in sandbox.call(
            "GET", f"{W}/approvals?after={after['next']}&fields=summary", device.token)["approvals"]])
    after = sandbox.call("GET", f"{W}/approvals?after={after['next']}", device.token)
    sandbox.call("POST", f"/merchant/api/v1/payment-intents/{intent['id']}/cancel", till)
    row("GET approvals: cancelled shows up as a later change", ["cancelled"], lambda: [
        item["payment_intent"]["status"] for item in sandbox.call(
            "GET", f"{W}/approvals?after={after['next']}", device.token)["approvals"]])
    page = sandbox.call("GET", W + "/transactions?page=1&limit=2", device.token)
    row("GET transactions?page: as published, newest first", True, lambda: page["limit"] == 2 and page["page"] == 1 and (
        page["transactions"][0]["seq"] > page["transactions"][1]["seq"]))
