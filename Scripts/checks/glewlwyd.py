"""Debian's glewlwyd, an OpenID provider, on this machine with its own database; and a front that joins it and the wallet."""

import base64
import contextlib
import hashlib
import http.client
import http.server
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import time
import urllib.parse

from joserfc import jwk, jws

from ports import free_port

REALM = "/auth/realms/payment-platform"
API = "/wallet/api/v1"
WALLET = "5f1c9f7e-6a0f-4a43-9d3c-2f1f0c7a1f11"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
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
        self.directory, self.port, self.own = directory, free_port(), (None, 0)
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
            "introspection-revocation-allow-target-client": True, "introspection-revocation-auth-scope": ["openid"], "oauth-dpop-allowed": True, "oauth-dpop-iat-duration": 60,
            "oauth-as-iss-id": True, "scope": []}
        public_client = {
            "client_id": "wallet", "client_name": "Wallet", "confidential": False, "enabled": True, "redirect_uri": [BACK],
            "authorization_type": ["code", "refresh_token", "device_authorization"]}
        self.secret = base64.urlsafe_b64encode(os.urandom(24)).decode()
        gateway = {"client_id": "gateway", "client_name": "Gateway", "confidential": False, "enabled": True,
                   "authorization_type": ["device_authorization"]}
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

    def gateway_token(self):
        """An access token of the gateway's own, bound to nothing: glewlwyd takes one, or a secret, for introspection and revocation."""
        token, until = self.own
        if time.monotonic() > until:
            cookie = {"Cookie": self.log_in("alice", self.password)}
            client = {"client_id": "gateway"}
            ask(self.port, "PUT", "/api/auth/grant/gateway", {"scope": "openid"}, headers=cookie)
            _, body, _ = ask(self.port, "POST", "/api/oidc/device_authorization", form={**client, "scope": "openid"})
            grant = json.loads(body)
            ask(self.port, "GET", f"/api/oidc/device?code={grant['user_code']}&g_continue", headers=cookie)
            _, body, _ = ask(self.port, "POST", "/api/oidc/token", form={**client, "device_code": grant["device_code"], "grant_type": DEVICE})
            token = json.loads(body)["access_token"]
            self.own = token, time.monotonic() + ACCESS_SECONDS - 10
        return token

    def is_active(self, token):
        status, body, _ = ask(self.port, "POST", "/api/oidc/introspect", form={"token": token},
                              headers={"Authorization": f"Bearer {self.gateway_token()}"})
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
        # Whether a call for revocation is given the gateway's own token; whether the next renewal's answer is lost.
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
            headers["Authorization"] = f"Bearer {self.server.provider.gateway_token()}"
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
