"""The merchant's calls: registration, intents, merchants, scan-payment, counters, transactions, health."""

import datetime
import json

M = "/merchant/api/v1"
INTENTS, SCAN, COUNTERS = M + "/payment-intents", M + "/scan-payment", M + "/counters"


def check(sandbox, table):
    ready = sandbox.ready
    merchant, other = (sandbox.client_token(client) for client in ready["merchants"][:2])
    registration(sandbox, table.row)
    creation(sandbox, table.row, merchant)
    reading(sandbox, table.row, merchant, other)
    cancelling(sandbox, table.row, merchant, other)
    scanning(sandbox, table.row, merchant)
    counters(sandbox, table.row, merchant, other)
    lists(sandbox, table.row, merchant)
    for path in ("/health", M + "/health"):
        table.row(f"GET {path}", "200 True", lambda: f"{sandbox.call('GET', path).status} {sandbox.call('GET', path)['success']}")


def registration(sandbox, row):
    admin, path = sandbox.client_token(sandbox.ready["admin"]), M + "/register"
    body = {"email": "owner@new-shop.example", "business_name": "New Shop"}
    made = sandbox.call("POST", path, admin, body)
    row("register: status", 201, made.status)
    row("register: members", True, lambda: {"success", "merchant_id", "client_id", "client_secret", "note"} <= set(made.json))
    row("register: client_id", "merchant-" + str(made["merchant_id"]), made["client_id"])
    row("register: the new merchant gets a token at once", 201, lambda: sandbox.call(
        "POST", INTENTS, sandbox.client_token(made.json), {"amount": 1}).status)
    row("register: the same email again", 409, lambda: sandbox.call("POST", path, admin, body).status)
    for field in body:
        rest = {name: value for name, value in body.items() if name != field}
        row(f"register: without {field}", 400, lambda: sandbox.call("POST", path, admin, rest).status)
    row("register: without a token", 401, lambda: sandbox.call("POST", path, None, body).status)


def creation(sandbox, row, merchant):
    def create(**body):
        return sandbox.call("POST", INTENTS, merchant, body)

    made = create(amount=29.99)
    intent = made["payment_intent"] or {}
    row("create: status", "201 True", f"{made.status} {made['success']}")
    row("create: defaults: currency, status", "USD pending", lambda: f"{intent['currency']} {intent['status']}")
    row("create: default expiry: 1800 s after created_at", 1800, lambda: lifetime(intent))
    row("create: amount is a number with its digits", True, b'"amount":29.99,' in made.body)
    row("create: qr_data is the published URI",
        f"fex://pay?intent={intent.get('id')}&amount=29.99&currency=USD&merchant={intent.get('merchant_id')}",
        intent.get("qr_data"))
    row("create: qr_code_url is a PNG", True, lambda: intent["qr_code_url"].startswith("data:image/png;base64,iVBORw0KGgo"))
    row("create: merchant_name", sandbox.ready["merchants"][0]["business_name"], intent.get("merchant_name"))
    row("create: ids are opaque and safe", True, lambda: 1 <= len(intent["id"]) <= 128 and all(
        c.isascii() and (c.isalnum() or c in "._~-") for c in intent["id"]))
    metadata = '{"z":1.50,"a":[1e3,null,{"b":"\u00e9"}],"big":123456789012345678901234567890}'
    echoed = sandbox.call("POST", INTENTS, merchant, ('{"amount":1,"metadata":' + metadata + "}").encode(),
                          {"Content-Type": "application/json"})
    row("create: metadata comes back unchanged", True, metadata.encode() in echoed.body)
    counter = sandbox.ready["merchants"][0]["counters"][0]["id"]
    full = create(amount=1, description="Two coffees", reference="r-1", callback_url="http://127.0.0.1:9/h",
                  counter_id=counter, expires_in=60)["payment_intent"] or {}
    row("create: optional fields come back", ["Two coffees", "r-1", "http://127.0.0.1:9/h", counter], lambda: [
        full[name] for name in ("description", "reference", "callback_url", "counter_id")])
    row("create: expires_in 60, the shortest", 60, lambda: lifetime(full))
    for words, body in [
        ("no amount", {}), ("amount 0", {"amount": 0}), ("amount 0.009", {"amount": 0.009}), ("amount -1", {"amount": -1}),
        ("amount as text", {"amount": "1.00"}), ("too many decimals", {"amount": 1.001}), ("amount 1e30", {"amount": 1e30}),
        ("decimals of a yen", {"amount": 1.5, "currency": "JPY"}), ("currency usd", {"amount": 1, "currency": "usd"}),
        ("currency ABC", {"amount": 1, "currency": "ABC"}), ("expires_in 59", {"amount": 1, "expires_in": 59}),
        ("expires_in 60.5", {"amount": 1, "expires_in": 60.5}), ("expires_in as text", {"amount": 1, "expires_in": "60"}),
        ("metadata as list", {"amount": 1, "metadata": []}), ("callback_url ftp", {"amount": 1, "callback_url": "ftp://x"}),
        ("description as object", {"amount": 1, "description": {}}),
    ]:
        row(f"create: {words}", "400 False", lambda: f"{create(**body).status} {create(**body)['success']}")
    row("create: amount 0.01, the smallest", 201, lambda: create(amount=0.01).status)
    own = sandbox.ready["merchants"][0]["counters"]
    till = sandbox.client_token(own[0])
    row("create: a counter's token decides the counter", own[0]["id"], lambda: sandbox.call(
        "POST", INTENTS, till, {"amount": 1})["payment_intent"]["counter_id"])
    row("create: a counter's token and another counter", 403, lambda: sandbox.call(
        "POST", INTENTS, till, {"amount": 1, "counter_id": own[1]["id"]}).status)
    row("create: another merchant's counter", 404, lambda: create(
        amount=1, counter_id=sandbox.ready["merchants"][1]["counters"][0]["id"]).status)


def reading(sandbox, row, merchant, other):
    made = sandbox.call("POST", INTENTS, merchant, {"amount": 5, "callback_url": "http://127.0.0.1:9/h"})["payment_intent"]
    path = f"{INTENTS}/{made['id']}"
    row("get: status", "200 pending", lambda: f"{(a := sandbox.call('GET', path, merchant)).status} {a['payment_intent']['status']}")
    row("get: another merchant's", 404, lambda: sandbox.call("GET", path, other).status)
    row("get: unknown", 404, lambda: sandbox.call("GET", INTENTS + "/unknown", merchant).status)
    row("get: without a token", 401, lambda: sandbox.call("GET", path).status)
    public = sandbox.call("GET", M + "/public/payment-intents/" + made["id"])
    row("public get: needs no token", "200 True", f"{public.status} {public['success']}")
    row("public get: doesn't tell the callback", False, lambda: "callback_url" in public["payment_intent"])
    row("public get: unknown", 404, lambda: sandbox.call("GET", M + "/public/payment-intents/unknown").status)
    sandbox.advance(1801)
    row("get: expired when its time has come", "expired", lambda: sandbox.call(
        "GET", M + "/public/payment-intents/" + made["id"])["payment_intent"]["status"])


def cancelling(sandbox, row, merchant, other):
    merchant, other = (sandbox.client_token(client) for client in sandbox.ready["merchants"][:2])
    path = INTENTS + "/" + sandbox.call("POST", INTENTS, merchant, {"amount": 5})["payment_intent"]["id"]
    row("cancel: another merchant's", 404, lambda: sandbox.call("POST", path + "/cancel", other).status)
    row("refund: another merchant's", 404, lambda: sandbox.call("POST", path + "/refund", other).status)
    row("cancel: pending", "200 ['message', 'success']", lambda: f"{(a := sandbox.call('POST', path + '/cancel', merchant)).status} {sorted(a.json)}")
    row("cancel: cancelled afterwards", "cancelled", lambda: sandbox.call("GET", path, merchant)["payment_intent"]["status"])
    row("cancel: again", 409, lambda: sandbox.call("POST", path + "/cancel", merchant).status)
    row("cancel: unknown", 404, lambda: sandbox.call("POST", INTENTS + "/unknown/cancel", merchant).status)


def scanning(sandbox, row, merchant):
    merchant = sandbox.client_token(sandbox.ready["merchants"][0])
    wallet, counter = sandbox.ready["wallets"][0], sandbox.ready["merchants"][0]["counters"][0]["id"]
    whole = {"amount": 35.5, "scan_token": wallet["scan_token"], "counter_id": counter}

    def scan(without=None, **changes):
        body = {name: value for name, value in {**whole, **changes}.items() if name != without}
        return sandbox.call("POST", SCAN, merchant, body)

    made = scan()
    intent = made["payment_intent"] or {}
    row("scan: status", "201 pending_approval", f"{made.status} {intent.get('status')}")
    row("scan: aimed at the wallet", wallet["wallet_id"], intent.get("target_wallet_id"))
    row("scan: the token is the wallet's id at present", wallet["wallet_id"], wallet["scan_token"])
    row("scan: default expiry: 300 s", 300, lambda: lifetime(intent))
    row("scan: pending_approval can be cancelled", 200, lambda: sandbox.call(
        "POST", f"{INTENTS}/{intent['id']}/cancel", merchant).status)
    for field in whole:
        row(f"scan: without {field}", 400, lambda: scan(without=field).status)
    row("scan: expires_in 30, the shortest", 201, lambda: scan(expires_in=30).status)
    row("scan: expires_in 29", 400, lambda: scan(expires_in=29).status)
    row("scan: an unknown token", 404, lambda: scan(scan_token="unknown").status)
    row("scan: another merchant's counter", 404, lambda: scan(
        counter_id=sandbox.ready["merchants"][1]["counters"][0]["id"]).status)


def counters(sandbox, row, merchant, other):
    merchant, other = (sandbox.client_token(client) for client in sandbox.ready["merchants"][:2])
    made = sandbox.call("POST", COUNTERS, merchant, {
        "name": "Check", "location": "Door", "webhook_url": "http://127.0.0.1:9/c"})
    counter = made["counter"] or {}
    path = f"{COUNTERS}/{counter.get('id')}"
    row("counters: create", 201, made.status)
    row("counters: create: members", True, lambda: {
        "success", "counter", "client_id", "client_secret", "webhook_secret", "note"} <= set(made.json))
    row("counters: object", True, lambda: {
        "id", "merchant_id", "name", "status", "location", "keycloak_client_id", "webhook_url", "created_at",
        "updated_at"} <= set(counter))
    row("counters: webhook_secret is 64 hex digits", True, lambda: len(bytes.fromhex(made["webhook_secret"])) == 32)
    row("counters: secrets are shown once", False, lambda: "secret" in sandbox.call("GET", path, merchant).body.decode())
    row("counters: name is required", 400, lambda: sandbox.call("POST", COUNTERS, merchant, {"location": "x"}).status)
    row("counters: webhook_url must be one", 400, lambda: sandbox.call(
        "POST", COUNTERS, merchant, {"name": "x", "webhook_url": "x"}).status)
    listed = sandbox.call("GET", COUNTERS, merchant)
    row("counters: list", True, lambda: listed["total"] == len(listed["counters"]) >= 3)
    row("counters: get", "200 Check", lambda: f"{(a := sandbox.call('GET', path, merchant)).status} {a['counter']['name']}")
    row("counters: get another merchant's", 404, lambda: sandbox.call("GET", path, other).status)
    for method, name in (("PUT", "Front"), ("PATCH", "Back")):
        row(f"counters: {method} changes", f"200 {name} Door", lambda: f"{(a := sandbox.call(method, path, merchant, {'name': name})).status} {a['counter']['name']} {a['counter']['location']}")
    rotated = sandbox.call("POST", path + "/rotate-secret", merchant)
    row("counters: rotate", 200, rotated.status)
    row("counters: rotate gives another secret", True, lambda: made["webhook_secret"] != rotated["webhook_secret"] != None)
    till = sandbox.client_token(made.json) if made["client_id"] else None
    row("counters: its token works", 200, lambda: sandbox.call("GET", INTENTS, till).status)
    row("counters: deactivate", 200, lambda: sandbox.call("DELETE", path, merchant).status)
    row("counters: its token is dead at once", 401, lambda: sandbox.call("GET", INTENTS, till).status)
    row("counters: it gets no new token", 401, lambda: sandbox.token_answer(
        grant_type="client_credentials", client_id=made["client_id"], client_secret=made["client_secret"]).status)
    row("counters: no new intents for it", True, lambda: sandbox.call(
        "POST", INTENTS, merchant, {"amount": 1, "counter_id": counter["id"]}).status in (404, 409))


def lists(sandbox, row, merchant):
    merchant = sandbox.client_token(sandbox.ready["merchants"][0])
    for path, name in ((INTENTS, "payment_intents"), (M + "/transactions", "transactions"),
                       (M + "/public/merchants", "merchants")):
        token = None if "public" in path else merchant
        answer = sandbox.call("GET", path, token)
        row(f"GET {path}: status", 200, answer.status)
        row(f"GET {path}: members", True, lambda: {name, "page", "limit", "total", "total_pages"} <= set(answer.json))
        row(f"GET {path}: defaults", "1 20", f"{answer['page']} {answer['limit']}")
        row(f"GET {path}: limit 1 and 100", "200 200", lambda: " ".join(
            str(sandbox.call("GET", f"{path}?limit={limit}", token).status) for limit in (1, 100)))
        for query in ("limit=0", "limit=101", "page=0", "page=x", "limit=1.5"):
            row(f"GET {path}?{query}", 400, lambda: sandbox.call("GET", f"{path}?{query}", token).status)
    row("GET transactions: merchant_id", sandbox.ready["merchants"][0]["merchant_id"],
        lambda: sandbox.call("GET", M + "/transactions", merchant)["merchant_id"])
    row("GET transactions: another merchant's", 403, lambda: sandbox.call(
        "GET", M + "/transactions?merchant_id=" + sandbox.ready["merchants"][1]["merchant_id"], merchant).status)
    admin = sandbox.client_token(sandbox.ready["admin"])
    row("GET transactions: an admin that names no merchant", 400, lambda: sandbox.call(
        "GET", M + "/transactions", admin).status)
    row("GET transactions: an admin for a merchant", 200, lambda: sandbox.call(
        "GET", M + "/transactions?merchant_id=" + sandbox.ready["merchants"][1]["merchant_id"], admin).status)


def check_json_form(sandbox, table):
    merchant = sandbox.client_token(sandbox.ready["merchants"][0])
    intent = sandbox.call("POST", INTENTS, merchant, {"amount": 99.99})["payment_intent"]
    table.row("--qr-form json: qr_data is the published object", [
        intent["id"], 99.99, "USD", intent["merchant_id"], intent["merchant_name"]], lambda: [
        json.loads(intent["qr_data"])[name] for name in (
            "payment_intent_id", "amount", "currency", "merchant_id", "merchant_name")])


def lifetime(intent):
    begin, end = (datetime.datetime.fromisoformat(intent[name].replace("Z", "+00:00")) for name in (
        "created_at", "expires_at"))
    return int((end - begin).total_seconds())
