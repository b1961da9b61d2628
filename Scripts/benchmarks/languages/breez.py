"""Times what Breez's binding does without a network: breez.py CALLS; prints nanoseconds as JSON.

Its parse and its list of payments are methods of an SDK that is connected to its operators, and a store that it makes
can be handed to such an SDK only. What is left is a call that computes nothing, and its own reading of twenty payments
from the bytes in which a list comes over its boundary: less than a list costs, since nobody looks into a database.
"""

import json
import sys
import time

import breez_sdk_spark.breez_sdk_spark as breez

LIST = breez._UniffiConverterSequenceTypePayment


def payment(number):
    return breez.Payment(
        id=f"00000000-0000-4000-8000-{number:012}", payment_type=breez.PaymentType.SEND,
        status=breez.PaymentStatus.COMPLETED, amount=2999, fees=1, timestamp=1_790_000_000 + number,
        method=breez.PaymentMethod.SPARK, conversion_details=None,
        details=breez.PaymentDetails.SPARK(invoice_details=None, htlc_details=None, conversion_info=None))


def measure(calls, call, prepare=lambda: None):
    """The times of so many calls, after as many that aren't counted."""
    times = []
    for _ in range(2 * calls):
        prepared = prepare()
        begun = time.perf_counter_ns()
        call(prepared)
        times.append(time.perf_counter_ns() - begun)
    return times[calls:]


def read(buffer):
    assert len(LIST.lift(buffer)) == 20


def main():
    calls, payments = int(sys.argv[1]), [payment(number) for number in range(20)]
    print(json.dumps({
        "bare": measure(calls, lambda _: breez.default_config(network=breez.Network.REGTEST)),
        "read": measure(calls, read, lambda: LIST.lower(payments))}))


main()
