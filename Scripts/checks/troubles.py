"""What may become of a session or a key, as rules of a proxy that wallet and identity provider are reached through."""

import shutil

from between import Answer

PAGE = b"<!doctype html><title>Sign in to the network</title>"
UNAUTHORIZED = Answer(
    401, b'{"success":false,"error":"the access token is not valid"}',
    {"WWW-Authenticate": 'Bearer realm="payment-platform", error="invalid_token"'})
INVALID_GRANT = Answer(400, b'{"error":"invalid_grant","error_description":"the session is over"}')
# What something on the way may answer to a renewal: none of it ends a session.
STRANGERS = {
    "400 a page": Answer(400, PAGE, {"Content-Type": "text/html"}),
    "403 a page": Answer(403, PAGE, {"Content-Type": "text/html"}),
    "404 a page": Answer(404, PAGE, {"Content-Type": "text/html"}),
    "200 a page": Answer(200, PAGE, {"Content-Type": "text/html"}),
    "400 {}": Answer(400, b"{}"), "401 {}": Answer(401, b"{}"), "403 {}": Answer(403, b"{}"),
    "404 {}": Answer(404, b"{}"), "200 {}": Answer(200, b"{}"),
    "400 no OAuth code": Answer(400, b'{"success":false,"error":"the way is closed"}'),
    "400 empty": Answer(400), "503 empty": Answer(503),
}


def is_token(call):
    return call.path.endswith("/openid-connect/token")


def is_discovery(call):
    return call.path.endswith("/.well-known/openid-configuration")


def is_wallet(call):
    return call.path.startswith("/wallet/")


class Trouble:
    """One trouble in a wallet's life. As a rule it passes everything on; `begin` says from when on it is there.

    `moment` is `at once`, or the sort of call that brings it on: `fetch` (of the intent), `call` (the decision, before the
    platform has done its work), `answer` (after it), `feed` (the second call to the wallet's side)."""

    name = ""
    # What a customer has to do before anything goes on.
    needs_login = False

    def __init__(self, scene, moment):
        self.scene, self.moment = scene, moment
        self.is_there = False
        # How many calls of the wallet's side came by, and how many of them decided something.
        self.calls = self.decisions = 0

    def begin(self):
        self.is_there = True

    def __call__(self, call):
        self.calls += is_wallet(call)
        self.decisions += bool(call.decides)
        starts = {
            "fetch": "/public/payment-intents/" in call.path, "call": bool(call.decides), "answer": bool(call.decides),
            "feed": is_wallet(call) and self.calls == 2}
        if not self.is_there and starts.get(self.moment):
            if self.moment == "answer":
                answer = call.pass_on()
                self.begin()
                return self.replace(call, answer)
            self.begin()
        return self.answer(call) if self.is_there else call.pass_on()

    def answer(self, call):
        return call.pass_on()

    def replace(self, call, answer):
        """What becomes of the answer to a decision that was done before the trouble began."""
        return answer


class Ended(Trouble):
    """The session is over: the platform takes no token of it, the identity provider renews none."""

    name = "it ends"
    needs_login = True

    def answer(self, call):
        if is_token(call):
            return INVALID_GRANT
        return UNAUTHORIZED if is_wallet(call) else call.pass_on()

    def replace(self, call, answer):
        return UNAUTHORIZED


class LoggedOut(Trouble):
    """Another process of the customer's logs out."""

    name = "logged out elsewhere"
    needs_login = True

    def begin(self):
        super().begin()
        self.scene.log_out()


class RenewalLost(Trouble):
    """A token is refused, and the answer to its renewal is lost; once."""

    name = "a renewal's answer is lost"

    def __init__(self, scene, moment):
        super().__init__(scene, moment)
        self.refused = self.renewed = False

    def answer(self, call):
        if is_wallet(call) and not self.refused:
            self.refused = True
            return UNAUTHORIZED
        if is_token(call) and not self.renewed:
            self.renewed = True
            return self.lose(call)
        return call.pass_on()

    def lose(self, call):
        call.pass_on()
        return None

    def replace(self, call, answer):
        self.refused = True
        return UNAUTHORIZED


class LoggedOutRenewing(RenewalLost):
    """Another process logs out while the identity provider answers a renewal."""

    name = "logged out during a renewal"
    needs_login = True

    def lose(self, call):
        answer = call.pass_on()
        self.scene.log_out()
        return answer


def answered_by(name, discovers=False):
    """A token is refused, and something on the way answers its renewal, or the search for who renews it."""
    class Stranger(RenewalLost):
        def answer(self, call):
            if discovers and self.refused and is_discovery(call) and not self.renewed:
                self.renewed = True
                return STRANGERS[name]
            return call.pass_on() if discovers and is_token(call) else super().answer(call)

        def lose(self, call):
            return STRANGERS[name]

    Stranger.name = f"{'discovery' if discovers else 'a renewal'} gets {name}"
    return Stranger


class KeyLost(Trouble):
    """The device's key is gone, as where a phone was restored from a backup."""

    name = "the key is lost"
    secret = "device-key"
    needs_login = True

    def begin(self):
        super().begin()
        keys = list(self.scene.customer.home.rglob(f"secrets/{self.secret}"))
        if not keys:
            raise SystemExit(f"NOT TRUE: the profile has a {self.secret}")
        for key in keys:
            shutil.rmtree(key) if key.is_dir() else key.unlink()


class TokenKeyLost(KeyLost):
    """The key is gone that the tokens are bound to."""

    name = "the key of the tokens is lost"
    secret = "dpop-key"


class DeviceRemoved(Trouble):
    """The platform has removed the device from the wallet."""

    name = "the device is removed"
    needs_login = True

    def begin(self):
        super().begin()
        self.scene.remove_devices()


def discovery_of(box, platform):
    """Makes the documents of the identity provider name the proxy where they name the sandbox."""
    own, other = f"http://127.0.0.1:{box.port}", f"http://127.0.0.1:{platform}"

    def rewrite(answer):
        return Answer(answer.status, answer.body.replace(other.encode(), own.encode()), answer.headers)
    return rewrite
