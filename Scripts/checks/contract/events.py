"""Checks who may listen to what at the sandbox's event server, with nats-py."""

import argparse
import asyncio
import json
import sys

import nats

from sandbox import running
from table import Table

REQUESTED, BALANCE = "payment.approval_requested", "wallet.balance.updated"


class Listener:
    """One user's connection, and what the server refused it."""

    def __init__(self):
        self.refusals = []
        self.connection = None

    async def open(self, url, user, password):
        async def note(error):
            self.refusals.append(str(error).lower())

        self.connection = await nats.connect(
            url, user=user, password=password, error_cb=note, allow_reconnect=False, connect_timeout=5)
        return self

    async def listen(self, subject):
        """Subscribes; returns the queue of messages and whether the server refused."""
        before = len(self.refusals)
        messages = asyncio.Queue()
        try:
            await self.connection.subscribe(subject, cb=messages.put)
            await self.connection.flush()
        except nats.errors.Error as error:
            self.refusals.append(str(error).lower())
        await self.settle(before)
        return messages, self.refused(before, subject)

    async def publish(self, subject):
        """Publishes; returns whether the server refused."""
        before = len(self.refusals)
        await self.connection.publish(subject, b"{}")
        await self.connection.flush()
        await self.settle(before)
        return self.refused(before, subject)

    async def settle(self, before):
        # A refusal comes before the answer to a flush; its callback runs soon after.
        for _ in range(20):
            if len(self.refusals) > before:
                return
            await asyncio.sleep(0.01)

    def refused(self, before, subject):
        return "refused" if any(
            "permissions violation" in text and subject.lower() in text for text in self.refusals[before:]) else "accepted"


async def received(queue):
    """The next message as JSON; None when none comes."""
    try:
        return json.loads((await asyncio.wait_for(queue.get(), 10)).data)
    except asyncio.TimeoutError:
        return None


async def check(sandbox, table):
    ready = sandbox.ready
    people, merchant = ready["wallets"][:2], ready["merchants"][0]
    listeners = [
        await Listener().open(ready["nats"], wallet["nats_user"], wallet["nats_password"]) for wallet in people]
    ids = [wallet["wallet_id"] for wallet in people]
    queues = []
    for listener, wallet, name in zip(listeners, ids, "AB"):
        for event in (REQUESTED, BALANCE):
            queue, seen = await listener.listen(f"wallets.{wallet}.{event}")
            queues.append(queue)
            table.row(f"wallet {name} subscribes to its own {event}", "accepted", seen)
        echo, seen = await listener.listen(f"wallets.{wallet}.echo")
        table.row(f"wallet {name} subscribes to its own echo", "accepted", seen)
        table.row(f"wallet {name} publishes on its own echo", "accepted", await listener.publish(f"wallets.{wallet}.echo"))
        table.row(f"wallet {name} hears its echo", "{}", json.dumps(await received(echo)))

    for listener, name, own, other in ((listeners[0], "A", ids[0], ids[1]), (listeners[1], "B", ids[1], ids[0])):
        for subject, words in [
            (f"wallets.{other}.{REQUESTED}", "the other's requests"), (f"wallets.{other}.{BALANCE}", "the other's balance"),
            (f"wallets.{other}.>", "all of the other's"), (f"wallets.*.{REQUESTED}", "everybody's requests"),
            (REQUESTED, "the bare platform subject of requests"), (BALANCE, "the bare platform subject of balances"),
            ("payment.>", "all of the platform's payments"), (">", "everything"),
        ]:
            _, seen = await listener.listen(subject)
            table.row(f"wallet {name} subscribes to {words}", "refused", seen)
        for subject, words in [
            (f"wallets.{own}.{REQUESTED}", "a request to itself"), (f"wallets.{other}.{REQUESTED}", "a request to the other"),
            (f"wallets.{other}.echo", "the other's echo"), (REQUESTED, "the bare platform subject"),
        ]:
            table.row(f"wallet {name} publishes {words}", "refused", await listener.publish(subject))

    intent = sandbox.call("POST", "/merchant/api/v1/scan-payment", sandbox.client_token(merchant), {
        "scan_token": people[0]["scan_token"], "counter_id": merchant["counters"][0]["id"], "amount": 35.5,
        "description": "Groceries"})["payment_intent"]
    event = await received(queues[0]) or {}
    for field, expected in [
        ("event", REQUESTED), ("payment_intent_id", intent["id"]), ("target_wallet_id", ids[0]),
        ("merchant_id", merchant["merchant_id"]), ("merchant_name", merchant["business_name"]), ("currency", "USD"),
        ("description", "Groceries"), ("expires_at", intent["expires_at"]),
    ]:
        table.row(f"A's request tells {field}", expected, event.get(field))
    table.row("A's request tells amount", 35.5, float(event.get("amount", 0)))
    table.row("A's request has an event_id and created_at", True, bool(event.get("event_id") and event.get("created_at")))
    await listeners[1].connection.flush()
    table.row("B hears nothing of it", True, all(queue.empty() for queue in queues[2:]))

    for user, password, words in [
        (people[0]["nats_user"], people[1]["nats_password"], "the other's password"), ("nobody", "x", "an unknown name"),
        (None, None, "no name"),
    ]:
        table.row(f"connecting with {words}", "refused", await connecting(ready["nats"], user, password))
    for listener in listeners:
        await listener.connection.close()


async def connecting(url, user, password):
    try:
        await (await Listener().open(url, user, password)).connection.close()
        return "accepted"
    except nats.errors.Error as error:
        return "refused" if "authorization" in str(error).lower() else str(error)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox lies")
    programs = parser.parse_args().programs
    table = Table()
    table.head()
    with running(programs, "--nats-port", "0") as sandbox:
        asyncio.run(asyncio.wait_for(check(sandbox, table), 60))
    return table.end("events")


if __name__ == "__main__":
    sys.exit(main())
