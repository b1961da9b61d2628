"""Times what Breez's binding does: breez.py CALLS FOLDER ROWS; prints nanoseconds as JSON.

Its parse and its list of payments are methods of an SDK that is connected to its operators. Here these are ports of this machine on
which nobody listens, and all that it would do by itself is switched off; to be run where there is no other network (unshare --net).
"""

import asyncio
import contextlib
import json
import pathlib
import sqlite3
import sys
import time

import breez_sdk_spark.breez_sdk_spark as breez

NOBODY = "https://127.0.0.1:1"
OPERATOR = "00" * 31 + "01"
# The generator of secp256k1, which is a valid key.
KEY = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
EPOCH = 1_790_000_000
CODE = "bitcoin:bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080?amount=0.00029990"


def configuration():
    made = breez.default_config(network=breez.Network.REGTEST)
    made.real_time_sync_server_url = made.lnurl_domain = None
    made.background_tasks_enabled = False
    made.leaf_optimization_config.auto_enabled = made.token_optimization_config.auto_enabled = False
    made.spark_config = breez.SparkConfig(
        coordinator_identifier=OPERATOR, threshold=1,
        signing_operators=[breez.SparkSigningOperator(
            id=0, identifier=OPERATOR, address=NOBODY, identity_public_key=KEY, ca_cert_pem=None)],
        ssp_config=breez.SparkSspConfig(base_url=NOBODY, identity_public_key=KEY, schema_endpoint=None),
        expected_withdraw_bond_sats=1, expected_withdraw_relative_block_locktime=1, max_token_transaction_inputs=None)
    return made


async def connect(folder):
    seed = breez.Seed.ENTROPY(bytes(range(16)))
    return await breez.connect(breez.ConnectRequest(config=configuration(), seed=seed, storage_dir=str(folder)))


def add_payments(folder, count):
    """Puts payments into the database that the SDK has made."""
    (path,) = pathlib.Path(folder).rglob("storage.sql")
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.executemany(
            "INSERT INTO payments (id, payment_type, status, amount, fees, timestamp, method, spark)"
            " VALUES (?, 'send', 'completed', '2999', '1', ?, 'spark', 1)",
            [(f"00000000-0000-4000-8000-{number:012}", EPOCH + number) for number in range(1, count + 1)])


async def measure(calls, call):
    """The times of so many calls, after as many that aren't counted."""
    times = []
    for _ in range(2 * calls):
        begun = time.perf_counter_ns()
        await call()
        times.append(time.perf_counter_ns() - begun)
    return times[calls:]


async def main():
    calls, folder, rows = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    await (await connect(folder)).disconnect()
    add_payments(folder, rows)
    sdk = await connect(folder)

    async def parse():
        assert isinstance(await sdk.parse(CODE), breez.InputType.BIP21)

    async def list_newest():
        payments = (await sdk.list_payments(breez.ListPaymentsRequest(limit=20))).payments
        assert len(payments) == 20 and payments[0].timestamp == EPOCH + rows

    async def bare():
        breez.default_config(network=breez.Network.REGTEST)

    calls_of = {"bare": bare, "parse": parse, "list": list_newest}
    print(json.dumps({name: await measure(calls, call) for name, call in calls_of.items()}))
    await sdk.disconnect()


asyncio.run(main())
