"""The wallet against an OpenID provider that nobody here wrote: Debian's glewlwyd, with its own database, on this machine.

A front joins the two as a deployment's gateway does: it serves the provider under the realm's address, and beside it the few calls
of the wallet's API that a login needs, for whoever shows a token of that provider's. A person's part is done over HTTP, as their
browser would. A row is what was tried, what the specification says, and what was seen."""

import argparse
import base64
import contextlib
import hashlib
import http.client
import http.server
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.parse

from joserfc import jwk, jws

from ports import free_port

REALM = "/auth/realms/payment-platform"
API = "/wallet/api/v1"
WALLET = "5f1c9f7e-6a0f-4a43-9d3c-2f1f0c7a1f11"
BACK = "http://127.0.0.1:9/back"
SCHEMA = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3"
# The wallet renews thirty seconds before the end, so each command some seconds later does.
ACCESS_SECONDS = 33


def ask(port, method, path, body=None, form=None, headers=None):
    """One call: status, body, headers."""
    headers = dict(headers or {})
    if form is not None:
        body, headers["Content-Type"] = urllib.parse.urlencode(form), "application/x-www-form-urlencoded"
    elif body is not None and not isinstance(body, bytes):
        body, headers["Content-Type"] = json.dumps(body), "application/json"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read(), answer.headers


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Provider:
    """A glewlwyd of one's own, with a public client and a person."""

    def __init__(self, directory, origin):
        self.directory, self.port = directory, free_port()
        database = directory / "glewlwyd.db"
        with contextlib.closing(sqlite3.connect(database)) as connection:
            connection.executescript(pathlib.Path(SCHEMA).read_text())
        modules = "".join(f'{name}_module_path="/usr/lib/glewlwyd/{folder}"\n' for name, folder in [
            ("user", "user"), ("user_middleware", "user_middleware"), ("client", "client"), ("user_auth_scheme", "scheme"),
            ("plugin", "plugin")])
        (directory / "glewlwyd.conf").write_text(
            f'port={self.port}\nbind_address="127.0.0.1"\nexternal_url="{origin}"\nlogin_url="login.html"\napi_prefix="api"\n'
            f'cookie_secure=0\ncookie_same_site="empty"\nlog_mode="console"\nlog_level="INFO"\nlogin_api_enabled=true\n{modules}'
            f'hash_algorithm="SHA512"\ndatabase = {{ type = "sqlite3"; path = "{database}"; }};\n')
        self.log = open(directory / "glewlwyd.log", "wb")
        self.process = subprocess.Popen(["glewlwyd", f"--config-file={directory}/glewlwyd.conf"], stdout=self.log,
                                        stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError):
                ask(self.port, "GET", "/config")
                break
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"glewlwyd did not start: {(directory / 'glewlwyd.log').read_text()[-2000:]}")
            time.sleep(0.05)
        self.configure(origin)

    def configure(self, origin):
        cookie = self.log_in("admin", "password")
        key = self.directory / "key.pem"
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        public = subprocess.run(["openssl", "rsa", "-in", key, "-pubout"], check=True, capture_output=True, text=True).stdout
        parameters = {
            "iss": origin + REALM, "jwt-type": "rsa", "jwt-key-size": "256", "key": key.read_text(), "cert": public,
            "code-duration": 600, "refresh-token-duration": 1209600, "access-token-duration": ACCESS_SECONDS,
            "allow-non-oidc": False, "auth-type-code-enabled": True, "auth-type-refresh-enabled": True,
            "auth-type-device-enabled": True, "auth-type-client-enabled": False, "auth-type-token-enabled": False,
            "auth-type-implicit-enabled": False, "auth-type-password-enabled": False,
            "device-authorization-expiration": 600, "device-authorization-interval": 1, "pkce-allowed": True,
            "pkce-required": True, "pkce-method-plain-allowed": False, "refresh-token-one-use": "always",
            "refresh-token-rolling": True, "introspection-revocation-allowed": True,
            "introspection-revocation-allow-target-client": True, "oauth-dpop-allowed": True, "oauth-dpop-iat-duration": 60,
            "oauth-fapi-allow-jarm": False, "scope": []}
        public_client = {
            "client_id": "wallet", "client_name": "Wallet", "confidential": False, "enabled": True, "redirect_uri": [BACK],
            "authorization_type": ["code", "refresh_token", "device_authorization"]}
        self.secret = base64.urlsafe_b64encode(os.urandom(24)).decode()
        gateway = {
            "client_id": "gateway", "client_name": "Gateway", "confidential": True, "client_secret": self.secret, "enabled": True,
            "authorization_type": ["client_credentials"], "scope": []}
        self.password = base64.urlsafe_b64encode(os.urandom(12)).decode()
        person = {"username": "alice", "password": self.password, "name": "Alice", "enabled": True,
                  "scope": ["openid", "g_profile"]}
        module = {"module": "oidc", "name": "oidc", "display_name": "oidc", "enabled": True, "parameters": parameters}
        for path, document in [("mod/plugin", module), ("client", public_client), ("client", gateway), ("user", person)]:
            status, body, _ = ask(self.port, "POST", f"/api/{path}/", document, headers={"Cookie": cookie})
            if status != 200:
                raise SystemExit(f"glewlwyd can't be configured: {path}: {status} {body!r}")

    def log_in(self, name, password):
        """The cookie of who logs in on the provider's page."""
        status, body, headers = ask(self.port, "POST", "/api/auth/", {"username": name, "password": password})
        if status != 200:
            raise SystemExit(f"glewlwyd lets {name} not in: {status} {body!r}")
        return headers["Set-Cookie"].split(";")[0]

    @property
    def basic(self):
        return "Basic " + base64.b64encode(f"gateway:{self.secret}".encode()).decode()

    def is_active(self, token):
        status, body, _ = ask(self.port, "POST", "/api/oidc/introspect", form={"token": token},
                              headers={"Authorization": self.basic})
        return status == 200 and json.loads(body).get("active") is True

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()
        self.log.close()


class Front(http.server.ThreadingHTTPServer):
    """The gateway: the provider under the realm's address, and the wallet's API for its tokens."""

    daemon_threads = True

    def __init__(self):
        self.calls, self.devices, self.nonces = [], {}, set()
        # Whether a call for revocation is given the gateway's own credentials; whether the next renewal's answer is lost.
        self.helps, self.loses = False, False
        super().__init__(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server_port}"

    def count(self, path, status=200, grant=None):
        return sum(call["path"] == path and call["status"] == status and (grant is None or call["grant"] == grant)
                   for call in self.calls)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.replace(REALM + "/.well-known", "/api/oidc/.well-known")
        if path.startswith("/api/"):
            return self.pass_on(path, body)
        if path.startswith(API):
            status, document = self.api(path.removeprefix(API), body)
            return self.give(status, json.dumps(document).encode(), {"Content-Type": "application/json"})
        self.give(404, b"")

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def pass_on(self, path, body):
        headers = {name: value for name, value in self.headers.items() if name not in ("Host", "Content-Length", "Connection")}
        plain = path.split("?")[0]
        if plain == "/api/oidc/revoke" and self.server.helps:
            headers["Authorization"] = self.server.provider.basic
        status, answer, found = ask(self.server.provider.port, self.command, path, body, headers=headers)
        grant = dict(urllib.parse.parse_qsl(body.decode(errors="replace"))).get("grant_type")
        self.server.calls.append({"path": plain, "status": status, "grant": grant, "dpop": "DPoP" in self.headers,
                                  "answer": answer, "form": body.decode(errors="replace")})
        if self.server.loses and grant == "refresh_token":
            self.server.loses = False
            self.close_connection = True
            return self.connection.close()
        self.give(status, answer, {name: found[name] for name in ("Content-Type", "Location", "Set-Cookie", "DPoP-Nonce")
                                   if name in found})

    def api(self, path, body):
        problem = self.problem_with_token()
        self.server.calls.append({"path": API + path, "status": 401 if problem else 200, "grant": None,
                                  "dpop": "DPoP" in self.headers, "answer": b"", "form": ""})
        if problem:
            return 401, {"success": False, "error": problem}
        document = json.loads(body) if body else {}
        if path == "/wallet":
            wallet = {"wallet_id": WALLET, "user_id": "alice", "scan_token": "fexw_" + "a" * 32, "currency": "USD",
                      "balance": "12.50", "version": 1, "updated_at": "2026-11-29T12:00:00.000Z"}
            return 200, {"success": True, "wallet": wallet}
        if path == "/devices/challenge":
            nonce = base64.urlsafe_b64encode(os.urandom(18)).decode()
            self.server.nonces.add(nonce)
            return 200, {"success": True, "nonce": nonce}
        if path == "/devices" and self.command == "POST":
            claims = json.loads(jws.deserialize_compact(
                document["proof"], jwk.ECKey.import_key(document["public_key"]), algorithms=["ES256"]).payload)
            if claims["aud"] != self.server.origin + REALM or claims["nonce"] not in self.server.nonces:
                return 422, {"success": False, "error": "the proof is another's", "code": "proof_invalid"}
            self.server.nonces.discard(claims["nonce"])
            device = hashlib.sha256(json.dumps(document["public_key"], sort_keys=True).encode()).hexdigest()[:32]
            return 201, {"success": True, "device_id": device}
        return 404, {"success": False, "error": "there is no such thing"}

    def problem_with_token(self):
        """What is wrong with the access token of a call, and with the proof that it is bound to."""
        scheme, _, token = (self.headers.get("Authorization") or "").partition(" ")
        if not token or not self.server.provider.is_active(token):
            return "no token that is good"
        claims = json.loads(unpadded(token.split(".")[1]))
        if claims["iss"] != self.server.origin + REALM:
            return "a token of another provider"
        bound = claims.get("cnf", {}).get("jkt")
        if bound is None:
            return None if scheme.lower() == "bearer" else "a token that is bound to nothing"
        proof = self.headers.get("DPoP") or ""
        header = json.loads(unpadded(proof.split(".")[0])) if proof.count(".") == 2 else {}
        key = jwk.ECKey.import_key(header["jwk"]) if "jwk" in header else None
        if scheme != "DPoP" or key is None or key.thumbprint() != bound:
            return "a token without its key"
        said = json.loads(jws.deserialize_compact(proof, key, algorithms=["ES256"]).payload)
        digest = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode().rstrip("=")
        right = said["htm"] == self.command and said["htu"] == self.server.origin + self.path and said.get("ath") == digest
        return None if right else "a proof of another call"

    def give(self, status, body, headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Person:
    """Alice, in a browser."""

    def __init__(self, front):
        self.front = front
        self.cookie = {"Cookie": front.provider.log_in("alice", front.provider.password)}
        # What the page's button does.
        ask(front.server_port, "PUT", "/api/auth/grant/wallet", {"scope": "openid"}, headers=self.cookie)

    def visit(self, page):
        """Opens a page of the provider's, and goes on when it has asked; where that leads."""
        parts = urllib.parse.urlsplit(page)
        _, _, headers = ask(self.front.server_port, "GET", f"{parts.path}?{parts.query}&g_continue", headers=self.cookie)
        return headers.get("Location") or ""


class Wallet:
    """The real terminal client, in a home of its own."""

    def __init__(self, programs, directory, front):
        self.program = programs / "wallet-cli"
        self.environment = {**os.environ, "FEX_WALLET_HOME": str(directory / "home"), "FEX_API_URL": front.origin,
                            "FEX_AUTH_URL": front.origin + "/auth"}

    def __call__(self, *arguments):
        done = subprocess.run([self.program, *arguments, "--json"], env=self.environment, capture_output=True, text=True, timeout=60)
        text = done.stdout if done.returncode == 0 else done.stderr
        return done.returncode, json.loads(text.strip().splitlines()[-1])

    @contextlib.contextmanager
    def logging_in(self):
        process = subprocess.Popen([self.program, "login", "--json"], env=self.environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


class Table:
    def __init__(self):
        self.rows = []

    def add(self, what, said, seen, good):
        self.rows.append((what, said, seen, good))
        print(f"| {what} | {said} | {seen} | {'ok' if good else 'NOT SO'} |", flush=True)


def device_grant(table, front, wallet, person):
    status, body, _ = ask(front.server_port, "POST", "/api/oidc/device_authorization", form={"client_id": "wallet"})
    table.add("a device's login without a scope", "the provider may refuse (RFC 6749, 3.3)", f"{status} {body.decode()}", True)
    with wallet.logging_in() as process:
        lines = []
        for line in process.stderr:
            lines.append(line)
            if page := re.search(r"http\S+code=\S+", line):
                break
        else:
            return table.add("`wallet-cli login`", "a page with a code", "".join(lines), False)
        led = person.visit(page[0])
        output, errors = process.communicate(timeout=60)
        seen = json.loads(output) if process.returncode == 0 else errors.strip()
        table.add("`wallet-cli login`, allowed on the page (RFC 8628)", "logged in, the key enrolled",
                  f"page {'deviceComplete' if 'deviceComplete' in led else led}; {seen}",
                  process.returncode == 0 and seen["wallet"] == WALLET)
    polls = front.count("/api/oidc/token", 400, "urn:ietf:params:oauth:grant-type:device_code")
    table.add("asking meanwhile", "authorization_pending, then tokens",
              f"{polls} pending, {front.count('/api/oidc/token', 200, 'urn:ietf:params:oauth:grant-type:device_code')} with tokens", True)


def renewal(table, front, wallet):
    time.sleep(ACCESS_SECONDS - 30)
    before = front.count("/api/oidc/token", 200, "refresh_token")
    code, document = wallet("balance", "--refresh")
    after = front.count("/api/oidc/token", 200, "refresh_token")
    table.add("a call when the token is about to end", "one renewal, and the call is made (RFC 6749, 6)",
              f"exit {code}, {after - before} renewal, balance {document.get('balance')}",
              code == 0 and after == before + 1)
    refresh = [json.loads(call["answer"]).get("refresh_token") for call in front.calls
               if call["path"] == "/api/oidc/token" and call["status"] == 200]
    table.add("the refresh token after a renewal", "another, where the provider rotates", f"{len(set(refresh))} of {len(refresh)} differ",
              len(set(refresh)) == len(refresh) and len(refresh) > 1)


def lost_answer(table, front, wallet):
    time.sleep(ACCESS_SECONDS - 30)
    front.loses = True
    first, _ = wallet("balance", "--refresh")
    code, document = wallet("balance", "--refresh")
    answer = [call for call in front.calls if call["grant"] == "refresh_token"][-1]
    status, state = wallet("status")
    table.add("a renewal whose answer was lost", "the same token once more: the provider may refuse it as used",
              f"exit {first}, then {code} {document.get('error', {}).get('code')}; the provider: {answer['status']} "
              f"{answer['answer'].decode() or '(no document, against RFC 6749, 5.2)'}; logged in: {state['logged_in']}", code in (69, 77))


def log_out(table, front, wallet):
    """Whether the provider knows the refresh token afterwards."""
    code, document = wallet("logout")
    call = [call for call in front.calls if call["path"] == "/api/oidc/revoke"][-1]
    token = dict(urllib.parse.parse_qsl(call["form"]))["token"]
    status, _, _ = ask(front.server_port, "POST", "/api/oidc/token",
                       form={"grant_type": "refresh_token", "client_id": "wallet", "refresh_token": token})
    helped = "the gateway vouching for the client" if front.helps else "as a public client (RFC 7009, 2.1)"
    table.add(f"`wallet-cli logout`, {helped}", "200; the token is no more" if front.helps else "200; glewlwyd wants a secret of each client",
              f"revocation {call['status']}; the wallet says revoked: {document.get('revoked')}; the token afterwards: {status}",
              code == 0 and document["revoked"] == (call["status"] == 200) == (status != 200))
    _, state = wallet("status")
    table.add("the device after it", "nobody is logged in", f"logged in: {state['logged_in']}", state["logged_in"] is False)


def authorization_code(table, front, person, programs, directory):
    driver = subprocess.Popen(
        [programs / "wallet-driver", "authorize", directory / "driver", front.origin, front.origin + "/auth", BACK],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def finish(callback):
        driver.stdin.write(callback + "\n")
        driver.stdin.flush()
        return json.loads(driver.stdout.readline())

    page = driver.stdout.readline().strip()
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page).query))
    table.add("the page of a login by code", "PKCE by S256, state, nonce (RFC 7636, OpenID Connect Core 3.1.2.1)",
              ", ".join(sorted(asked)), asked.get("code_challenge_method") == "S256" and {"state", "nonce"} <= set(asked))
    callback = person.visit(page)
    answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(callback).query))
    table.add("where the page leads back", "code, state, and the provider's name (RFC 9207)",
              ", ".join(f"{name}={'(secret)' if name == 'code' else value[:60]}" for name, value in answer.items()
                        if name in ("code", "iss", "error")), "code" in answer and answer.get("state") == asked["state"])
    other = callback.replace(asked["state"], "x" * 43)
    seen = finish(other)
    table.add("an answer with another state", "refused, and the login stays open", seen.get("error"), seen.get("error") == "other_login")
    if "iss" in answer:
        seen = finish(callback.replace(urllib.parse.quote(answer["iss"], safe=""), "http%3A%2F%2F127.0.0.1%3A1").replace(
            answer["iss"], "http://127.0.0.1:1"))
        table.add("an answer of another provider", "refused (RFC 9207)", seen.get("error"), seen.get("error") == "other_login")
    seen = finish(callback)
    table.add("the answer itself", "logged in: the id token is of this login", json.dumps(seen), seen.get("wallet") == WALLET)
    seen = finish(callback)
    table.add("the answer once more", "counts for nothing", seen.get("error"), "error" in seen)
    driver.stdin.close()
    driver.wait(30)


def proofs(table, front):
    """Whether tokens were bound to a key (RFC 9449)."""
    tokens = [call for call in front.calls if call["path"] == "/api/oidc/token" and call["status"] == 200]
    bound = [call for call in tokens if "cnf" in json.loads(unpadded(json.loads(call["answer"])["access_token"].split(".")[1]))]
    calls = [call for call in front.calls if call["path"].startswith(API)]
    table.add("tokens, where the provider offers DPoP", "bound to a key, each call with a proof (RFC 9449)",
              f"{len(bound)} of {len(tokens)} tokens bound, {sum(call['dpop'] for call in calls)} of {len(calls)} calls with a proof",
              len(bound) == len(tokens))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    programs = parser.parse_args().programs
    table = Table()
    print("| what | by the specification | seen | |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="openid-") as name, contextlib.ExitStack() as stack:
        directory = pathlib.Path(name)
        front = Front()
        front.provider = Provider(directory, front.origin)
        stack.callback(front.provider.stop)
        threading.Thread(target=front.serve_forever, daemon=True).start()
        stack.callback(front.shutdown)
        _, body, _ = ask(front.server_port, "GET", REALM + "/.well-known/openid-configuration")
        found = json.loads(body)
        table.add("what the provider says of itself", "its issuer is who was asked, its endpoints are its own",
                  found["issuer"].replace(front.origin, "{origin}"), found["token_endpoint"].startswith(front.origin))
        wallet, person = Wallet(programs, directory, front), Person(front)
        device_grant(table, front, wallet, person)
        renewal(table, front, wallet)
        log_out(table, front, wallet)
        front.helps = True
        device_grant(table, front, wallet, person)
        log_out(table, front, wallet)
        authorization_code(table, front, person, programs, directory)
        device_grant(table, front, wallet, person)
        lost_answer(table, front, wallet)
        proofs(table, front)
    bad = sum(not row[3] for row in table.rows)
    print(f"openid-provider: {len(table.rows)} rows, {bad} not as they should be")
    raise SystemExit(1 if bad else 0)


main()
