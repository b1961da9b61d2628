"""The wallet against an OpenID provider that nobody here wrote: Debian's glewlwyd, with its own database, on this machine.

A front joins the two as a deployment's gateway does: it serves the provider under the realm's address, and beside it the few calls
of the wallet's API that a login needs, for whoever shows a token of that provider's. A person's part is done over HTTP, as their
browser would. A row is what was tried, what the specification says, and what was seen."""

import argparse
import contextlib
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import time
import urllib.parse

from glewlwyd import ACCESS_SECONDS, API, BACK, DEVICE, REALM, WALLET, Front, Provider, ask, unpadded


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
    with wallet.logging_in() as process:
        lines = []
        for line in process.stderr:
            lines.append(line)
            if page := re.search(r"http\S+code=\S+", line):
                break
        else:
            return table.add("`wallet-cli login`", "a page with a code", "".join(lines), False)
        before = front.count("/api/oidc/token", 400, DEVICE)
        deadline = time.monotonic() + 30
        while front.count("/api/oidc/token", 400, DEVICE) == before and time.monotonic() < deadline:
            time.sleep(0.1)
        led = person.visit(page[0])
        output, errors = process.communicate(timeout=60)
        seen = json.loads(output) if process.returncode == 0 else errors.strip()
        table.add("`wallet-cli login`, allowed on the page (RFC 8628)", "logged in, the key enrolled",
                  f"page {'deviceComplete' if 'deviceComplete' in led else led}; {seen}",
                  process.returncode == 0 and seen["wallet"] == WALLET)
    said = [(call["status"], json.loads(call["answer"]).get("error", "tokens")) for call in front.calls if call["grant"] == DEVICE]
    table.add("asking meanwhile", "authorization_pending, then tokens (RFC 8628, 3.5)", str(said[-2:]),
              said[-2:] == [(400, "authorization_pending"), (200, "tokens")])


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
              f"{'tokens' if answer['status'] == 200 else answer['answer'].decode() or '(no document, against RFC 6749, 5.2)'}; logged in: {state['logged_in']}", code in (0, 69, 77))


def log_out(table, front, wallet):
    """Whether the provider knows the refresh token afterwards."""
    code, document = wallet("logout")
    call = [call for call in front.calls if call["path"] == "/api/oidc/revoke"][-1]
    token = dict(urllib.parse.parse_qsl(call["form"]))["token"]
    status, _, _ = ask(front.server_port, "POST", "/api/oidc/token",
                       form={"grant_type": "refresh_token", "client_id": "wallet", "refresh_token": token})
    # One that is bound to a key is refused here for want of a proof, and not as unknown.
    after = {200: "good", 400: "no more", 403: "good, with its key"}.get(status, str(status))
    helped = "with a token of the gateway's beside it" if front.helps else "as a public client (RFC 7009, 2.1)"
    table.add(f"`wallet-cli logout`, {helped}", "200, and the token is no more",
              f"revocation {call['status']}; the wallet says revoked: {document.get('revoked')}; the token afterwards: {after}",
              # What the provider does is its own; what counts is that the wallet says what is so.
              code == 0 and document["revoked"] == (call["status"] == 200) == (after == "no more"))
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
        status, body, _ = ask(front.server_port, "POST", "/api/oidc/device_authorization", form={"client_id": "wallet"})
        table.add("a device's login without a scope", "the provider may refuse it (RFC 6749, 3.3)", f"{status} {body.decode()}",
                  status in (200, 400))
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
