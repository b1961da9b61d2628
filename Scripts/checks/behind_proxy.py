"""A customer whose wallet and identity provider are reached through a proxy, with a home of their own."""

import contextlib
import json
import subprocess
import urllib.parse
import urllib.request

from answers import DONE
from between import Between
from customers import MERCHANT, Customer
from troubles import discovery_of, is_discovery

PATIENCE = 20


class ProxiedShop:
    """A shop whose identity provider is reached through the proxy."""

    def __init__(self, running, ready):
        self.programs, self.directory, self.ready = running.programs, running.directory, ready


class Scene:
    """A customer behind the proxy, with a home of its own."""

    def __init__(self, running, number):
        self.shop = running
        self.box = Between(running.port)
        self.rewrite = discovery_of(self.box, running.port)
        self.rule = self.logging_out = None
        self.box.rule = self.carry
        self.person = running.open_wallet("1000.00")
        ready = running.ready
        origin = f"http://127.0.0.1:{self.box.port}"
        proxied = ProxiedShop(running, ready | {"auth": ready["auth"].replace(ready["api"], origin)})
        self.customer = Customer(proxied, self.person, f"customer-{number}", port=self.box.port)

    def carry(self, call):
        answer = self.rule(call) if self.rule else call.pass_on()
        return self.rewrite(answer) if answer and is_discovery(call) else answer

    def log_in(self):
        return self.customer.run(
            "login", "--username", self.person["username"], "--password-stdin", input=self.person["password"])

    def log_out(self):
        """Logs out in another process. It may have to wait for a renewal under way, so it is not waited for long."""
        self.logging_out = self.customer.start("logout")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.logging_out.wait(timeout=3)

    def remove_devices(self):
        """As the platform does it: by a token of the customer's own."""
        form = urllib.parse.urlencode({
            "grant_type": "password", "client_id": "wallet", "username": self.person["username"],
            "password": self.person["password"]})
        token = json.loads(urllib.request.urlopen(
            f"{self.shop.ready['auth']}/realms/payment-platform/protocol/openid-connect/token", form.encode()).read())
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        address = f"{self.shop.ready['api']}/wallet/api/v1/devices"
        devices = json.loads(urllib.request.urlopen(urllib.request.Request(address, headers=headers)).read())
        for device in devices["devices"]:
            if device["revoked_at"]:
                continue
            urllib.request.urlopen(urllib.request.Request(
                f"{address}/{device['device_id']}", headers=headers, method="DELETE"))

    def status(self):
        return self.customer.document("status")

    def truth(self, kind, intent):
        """How often it was debited, and whether it is done."""
        debits = self.shop.debits().get(intent, 0)
        status = self.shop.call("GET", f"{MERCHANT}/payment-intents/{intent}")["payment_intent"]["status"]
        return debits, status == DONE[kind]

    def close(self):
        self.box.close()
