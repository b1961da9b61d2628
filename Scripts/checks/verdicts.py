"""A decision that meets an answer: what the wallet said of it, and whether that is so."""

import json
from dataclasses import dataclass

from answers import DONE, TRUE, Given
from ledgers import Ledger
from refused import Refusal

AMOUNT = "1.37"
EXITS = {"confirmed": (0,), "refused": (1,), "lapsed": (1,), "unknown": (75,), "waiting": (75,)}


@dataclass
class Row:
    """One decision, and what it meets."""

    kind: str
    given: Given | Refusal | Ledger
    work: str
    attempt: str
    reach: str = "decision"
    lifetime: int = 86_400

    @property
    def name(self):
        return f"the platform's {self.given.code}" if isinstance(self.given, Refusal) else self.given.name


class Said:
    """What the wallet said of a decision, by its documents."""

    def __init__(self, outcome):
        self.exit = outcome.returncode
        self.text = outcome.stdout + outcome.stderr
        self.document, self.decision, self.error = {}, {}, {}
        try:
            self.document = json.loads(outcome.stdout)
            self.decision = self.document["decision"] or {}
        except (ValueError, KeyError, TypeError):
            pass
        try:
            self.error = json.loads(outcome.stderr)["error"]
        except (ValueError, KeyError, TypeError):
            pass

    @property
    def state(self):
        return self.decision.get("state", "-")

    @property
    def money(self):
        return self.error.get("money", "")

    @property
    def is_unmoved(self):
        """Whether it says that no money moved."""
        return self.money == "not_moved" or "no money moved" in self.text.lower()

    def __str__(self):
        code = self.error.get("code") or (self.decision.get("refusal") or {}).get("code") or ""
        return " ".join(str(part) for part in (self.state, self.exit, self.money, code) if part != "")


class Result:
    """What the wallet said and what was so, at once and after an honest sync."""

    def __init__(self, row):
        self.row = row
        self.differs = []
        self.said = self.final = None
        self.was_done = self.is_done = False
        self.debits = self.answers = 0

    def require(self, holds, what):
        if not holds:
            self.differs.append(what)

    def take_said(self, said, done, debits, answers):
        self.said, self.was_done, self.answers = said, done, answers
        state, given = said.state, self.row.given
        if isinstance(given, Refusal):
            code = (said.decision.get("refusal") or {}).get("code")
            expected = given.states + given.at_first
            self.require(state in expected, f"the platform refused with {given.code}: {said}")
            self.require(state != "refused" or code == given.code, f"refusal.code is {code}")
        elif given.worth == TRUE:
            self.require(state == "confirmed", f"a true answer counts for nothing: {said}")
        else:
            self.require(state == "unknown" or (state == "confirmed" and done), f"said at once: {said}, done: {done}")
        allowed = EXITS.get(state, ())
        if (self.row.name.startswith("401") and state == "unknown") or getattr(given, "needs_login", False):
            allowed += (77,)
        self.require(said.exit in allowed, f"{state} with exit {said.exit}")
        self.require(not (debits and said.is_unmoved), "said that no money moved, and it has")

    def take_open(self, said, done, debits, answers):
        """What is said after the ledger was asked for, and answered so that nothing can be told by it."""
        self.said, self.was_done, self.answers = said, done, answers
        wanted = {"unknown"}
        if self.row.given.tells:
            wanted.add("refused" if self.row.work == "by other" else "confirmed")
        self.require(said.state in wanted, f"said by a ledger that says nothing: {said}, done: {done}")
        self.require(answers, "the ledger was not asked for")
        self.require(not said.is_unmoved or said.state == "refused", "said that no money moved")

    def take_final(self, final, done, debits):
        self.final, self.is_done, self.debits = final, done, debits
        state = final.state
        if self.row.work == "by other":
            code = (final.decision.get("refusal") or {}).get("code")
            self.require((state, code) == ("refused", "intent_not_payable"), f"finally {state}, paid by another")
            self.require("another wallet paid it first" in final.text, f"finally it is said: {final.text[:200]}")
            return
        if isinstance(self.row.given, Refusal):
            self.require(state in self.row.given.states and not done, f"finally {state}, done: {done}")
        elif done:
            self.require(state == "confirmed", f"finally {state}, while it is done")
        else:
            self.require(
                self.row.lifetime < 120 and state == "lapsed", f"finally {state}, while it is not done")
        if done and state == "confirmed":
            self.require_terms(final.document)
        wanted = 1 if done and self.row.kind != "decline" else 0
        self.require(debits == wanted, f"{debits} debits")

    def require_terms(self, document):
        """What is shown of a confirmed decision is the platform's: a lie that was passed over left nothing behind."""
        intent, transaction = document.get("payment_intent") or {}, document.get("transaction") or {}
        shown = (intent.get("amount"), intent.get("currency"), intent.get("status"))
        self.require(shown == (AMOUNT, "USD", DONE[self.row.kind]), f"finally the intent shows {shown}")
        if self.row.kind != "decline":
            shown = (transaction.get("amount"), transaction.get("currency"), transaction.get("type"))
            self.require(shown == (AMOUNT, "USD", "payment"), f"finally the transaction shows {shown}")

    def line(self):
        row = self.row
        ledger = {True: "done", False: "-"}
        lifetime = "over" if row.lifetime < 120 else ""
        final = self.final.state if self.final else "-"
        return (
            f"{row.kind:8}{row.attempt:7}{row.work:7}{row.reach:11}{lifetime:5}{row.name:38}{self.answers:>2}  "
            f"{str(self.said):34}{ledger[self.was_done]:6}{final:10}{ledger[self.is_done]:6}{self.debits}"
            + "".join(f"\n    DIFFERS: {what}" for what in self.differs))
