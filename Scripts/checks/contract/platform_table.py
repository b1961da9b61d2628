"""A table of what the platform's rules expect, and what a running sandbox shows."""

import argparse
import sys

import merchant_rules
import realm_rules
import settlement_rules
import wallet_rules
from sandbox import running
from table import Table


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="where fex-sandbox lies")
    programs = parser.parse_args().programs
    table = Table()
    table.head()
    # On a virtual clock nothing waits: expiry, retries and refunds come when the clock is moved.
    with running(programs, "--clock", "virtual", "--seed", "1", "--no-nats") as sandbox:
        for rules in (realm_rules, merchant_rules, wallet_rules, settlement_rules):
            print(f"\n{rules.__doc__}", flush=True)
            rules.check(sandbox, table)
    with running(programs, "--clock", "virtual", "--seed", "1", "--no-nats", "--qr-form", "json") as sandbox:
        print()
        merchant_rules.check_json_form(sandbox, table)
    print()
    return table.end("platform")


if __name__ == "__main__":
    sys.exit(main())
