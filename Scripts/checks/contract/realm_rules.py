"""Tokens of the realm `payment-platform`, and errors."""

import base64
import json

M = "/merchant/api/v1"


def claims(token):
    """What a JWT says."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def check(sandbox, table):
    ready, row = sandbox.ready, table.row
    realm = ready["auth"] + "/realms/payment-platform"
    merchant, counter, wallet = ready["merchants"][0], ready["merchants"][0]["counters"][0], ready["wallets"][0]
    intents = M + "/payment-intents"

    discovery = sandbox.call("GET", realm + "/.well-known/openid-configuration")
    row("discovery: issuer is the realm", realm, lambda: discovery["issuer"])
    for name, path in [("token_endpoint", "token"), ("jwks_uri", "certs"), ("authorization_endpoint", "auth"),
                       ("device_authorization_endpoint", "auth/device")]:
        row(f"discovery: {name}", f".../{path}", lambda: "..." + str(discovery[name]).removeprefix(
            realm + "/protocol/openid-connect"))
    row("discovery: PKCE with S256 only", ["S256"], lambda: discovery["code_challenge_methods_supported"])
    grants = {"client_credentials", "password", "refresh_token", "authorization_code",
              "urn:ietf:params:oauth:grant-type:device_code"}
    row("discovery: all grants", True, lambda: grants <= set(discovery["grant_types_supported"]))
    row("keys: RS256", "RS256", lambda: sandbox.call("GET", discovery["jwks_uri"])["keys"][0]["alg"])

    for name, client, role, extra in [
        ("admin", ready["admin"], "admin", None), ("merchant", merchant, "merchant", "merchant_id"),
        ("counter", counter, "merchant", "counter_id"),
    ]:
        answer = sandbox.token_answer(
            grant_type="client_credentials", client_id=client["client_id"], client_secret=client["client_secret"])
        row(f"token of the {name}: status", 200, answer.status)
        row(f"token of the {name}: expires_in", 300, answer["expires_in"])
        row(f"token of the {name}: token_type", "Bearer", answer["token_type"])
        row(f"token of the {name}: role", True, lambda: role in claims(answer["access_token"])["realm_access"]["roles"])
        if extra:
            expected = merchant["merchant_id"] if extra == "merchant_id" else counter["id"]
            row(f"token of the {name}: claim {extra}", expected, lambda: claims(answer["access_token"])[extra])
    row("client ids: merchant-<merchant_id>", "merchant-" + merchant["merchant_id"], merchant["client_id"])
    row("client ids: counter-<counter_id>", "counter-" + counter["id"], counter["client_id"])
    row("token: a wrong secret", 401, lambda: sandbox.token_answer(
        grant_type="client_credentials", client_id=merchant["client_id"], client_secret="wrong").status)
    row("token: an unknown grant", "400 unsupported_grant_type", lambda: said(sandbox.token_answer(grant_type="x")))
    row("token: no grant", "400 invalid_request", lambda: said(sandbox.token_answer(client_id="x")))
    row("token: a JSON body is no form", 400, lambda: sandbox.call(
        "POST", discovery["token_endpoint"], body={"grant_type": "client_credentials"}).status)

    login = dict(grant_type="password", client_id="wallet", username=wallet["username"], password=wallet["password"])
    first = sandbox.token_answer(**login)
    row("password grant: role user, claim wallet_id", wallet["wallet_id"],
        lambda: claims(first["access_token"])["wallet_id"])
    renewal = dict(grant_type="refresh_token", client_id="wallet", refresh_token=first["refresh_token"])
    second = sandbox.token_answer(**renewal)
    row("refresh: rotates", True, lambda: second["refresh_token"] not in (None, first["refresh_token"]))
    row("refresh: for a minute the same answer again", second.json, lambda: sandbox.token_answer(**renewal).json)
    sandbox.advance(60)
    login_again = sandbox.token_answer(**login)
    sandbox.form(discovery["revocation_endpoint"], client_id="wallet", token=login_again["refresh_token"])
    row("revoke: the login is over", "400 invalid_grant", lambda: said(sandbox.token_answer(
        grant_type="refresh_token", client_id="wallet", refresh_token=login_again["refresh_token"])))
    row("revoke: its access token is refused", 401, lambda: sandbox.call(
        "GET", "/wallet/api/v1/wallet", login_again["access_token"]).status)
    by_access = sandbox.token_answer(**login)
    sandbox.form(discovery["revocation_endpoint"], client_id="wallet", token=by_access["access_token"])
    row("revoke: by the access token too", "400 invalid_grant", lambda: said(sandbox.token_answer(
        grant_type="refresh_token", client_id="wallet", refresh_token=by_access["refresh_token"])))
    row("discovery: iss comes with the redirection", True, lambda: discovery[
        "authorization_response_iss_parameter_supported"])
    row("refresh: an old token is dead afterwards", "400 invalid_grant", lambda: said(sandbox.token_answer(**renewal)))
    device = sandbox.form(realm + "/protocol/openid-connect/auth/device", client_id="wallet")
    row("device grant: begins", True, lambda: bool(
        device["device_code"] and device["user_code"] and device["verification_uri"] and device["expires_in"]))
    poll = dict(grant_type="urn:ietf:params:oauth:grant-type:device_code", client_id="wallet",
                device_code=device["device_code"] or "x")
    row("device grant: pending", "400 authorization_pending", lambda: said(sandbox.token_answer(**poll)))
    row("device grant: too fast", "400 slow_down", lambda: said(sandbox.token_answer(**poll)))
    sandbox.advance((device["expires_in"] or 0) + 1)
    row("device grant: lapses", "400 expired_token", lambda: said(sandbox.token_answer(**poll)))
    row("code grant: an unknown code", "400 invalid_grant", lambda: said(sandbox.token_answer(
        grant_type="authorization_code", client_id="wallet", code="x", redirect_uri="http://127.0.0.1:1/",
        code_verifier="v" * 43)))
    row("code grant: page without S256 goes nowhere good", True, lambda: sandbox.call(
        "GET", realm + "/protocol/openid-connect/auth?response_type=code&client_id=wallet"
        "&redirect_uri=http://127.0.0.1:1/&code_challenge=x&code_challenge_method=plain").status in (303, 400))

    old = sandbox.client_token(merchant)
    row("errors: success is false, error is a text", "False str", lambda: shape(sandbox.call("GET", intents)))
    for words, token in [("no token", None), ("nonsense", "x"), ("alg none", forged(old, b'{"alg":"none"}', "")),
                         ("a foreign signature", old[:-8] + "AAAAAAAA")]:
        row(f"401: {words}", 401, lambda: sandbox.call("GET", intents, token).status)
    sandbox.advance(301)
    row("401: an expired token", 401, lambda: sandbox.call("GET", intents, old).status)
    row("401: names the scheme", "Bearer", lambda: sandbox.call("GET", intents).headers["www-authenticate"].split()[0])
    person = sandbox.person_token(wallet)
    token = sandbox.client_token(merchant)
    row("403: a customer at a merchant's call", 403, lambda: sandbox.call("GET", intents, person).status)
    row("403: a merchant at a customer's call", 403, lambda: sandbox.call("GET", "/wallet/api/v1/wallet", token).status)
    row("403: a merchant at an admin's call", 403, lambda: sandbox.call("POST", M + "/register", token, {}).status)
    row("404: an unknown path", "404 False str", lambda: status_and_shape(sandbox.call("GET", M + "/nothing")))
    row("405: another method, with Allow", "405 GET, HEAD", lambda: allowed(sandbox.call("DELETE", "/health")))
    row("413: a body beyond 1 MiB", 413, lambda: sandbox.call(
        "POST", intents, token, b" " * (2**20 + 1), {"Content-Type": "application/json"}).status)
    row("415: a body that is no JSON", 415, lambda: sandbox.call(
        "POST", intents, token, b"amount=1", {"Content-Type": "application/x-www-form-urlencoded"}).status)
    row("400: broken JSON", "400 False str", lambda: status_and_shape(sandbox.call("POST", intents, token, b"{")))
    row("paths: dots lead nowhere", 404, lambda: sandbox.call(
        "GET", M + "/public/payment-intents/..%2f..%2fhealth").status)
    row("every answer has a Date", True, lambda: "date" in sandbox.call("GET", "/health").headers)


def said(answer):
    return f"{answer.status} {answer['error']}"


def shape(answer):
    return f"{answer['success']} {type(answer['error']).__name__}"


def status_and_shape(answer):
    return f"{answer.status} {shape(answer)}"


def allowed(answer):
    return f"{answer.status} {answer.headers.get('allow')}"


def forged(token, header, signature):
    """A token with another header and signature."""
    encoded = base64.urlsafe_b64encode(header).rstrip(b"=").decode()
    return f"{encoded}.{token.split('.')[1]}.{signature}"
