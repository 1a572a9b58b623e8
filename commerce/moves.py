"""Moves and postings: the fixed envelope of every fact (ledger.md, "Vocabulary" and "Three counters").

A *move* changes one holder's rights to one lot; a *posting* is one double-entry line. Both travel in the envelope of an
entry, so a program that does not know a fact's kind can still keep every lot conserved.
"""

from enum import IntEnum
from typing import NamedTuple

Account = bytes | str
"""Where a posting goes. A lot's account is the lot's own 16-byte id; every other account is text (``accounts``)."""


class Reason(IntEnum):
    """Why rights moved. The numbers cross the wire and are never reused; their range tells which counter moves."""

    # in-moves raise `born` of the writing incarnation (at HQ: HQ's own)
    ISSUE = 1
    REFUND = 2
    REDEEM = 3
    # out-moves raise `gone` of the writing incarnation (at HQ: lower HQ's own)
    SPEND = 16
    RETURN = 17
    VOUCHER = 18
    CASH_OUT = 19
    UNDO = 20
    TRANSFER = 21
    DEDUCT = 22
    GIFT = 23
    FORFEIT = 24
    EXPIRE = 25
    # acts of HQ alone; `ref` names the incarnation concerned
    GRANT = 32
    RELEASE = 33
    SETTLE = 34
    SET_ASIDE = 35
    SUSPEND = 36
    FREE_ASIDE = 37

    @property
    def is_in(self) -> bool:
        """Whether the holder that wrote the move gained rights by it."""
        return self <= Reason.REDEEM

    @property
    def is_out(self) -> bool:
        """Whether the holder that wrote the move gave rights up by it."""
        return Reason.SPEND <= self <= Reason.EXPIRE


WITHDRAWALS = frozenset(
    {Reason.UNDO, Reason.TRANSFER, Reason.DEDUCT, Reason.GIFT, Reason.FORFEIT},
)
"""Out-moves that count as *withdrawn*: the value left the lot without a sale and without cash paid to the member."""


class Move(NamedTuple):
    """One change of rights: ``amount`` > 0 in the lot's asset; the counter's value after it is added at commit."""

    lot: bytes
    reason: Reason
    amount: int
    ref: bytes = b""


class Posting(NamedTuple):
    """One double-entry line: positive is a debit. Every fact's postings sum to zero per unit."""

    account: Account
    unit: str
    amount: int


MONEY = "money"
"""The unit of cash, sales, principal, gift cards, credit and receivables; minor units of the chain's one currency."""

MONEY_ASSETS = frozenset({"principal", "gift_card", "credit"})


def unit_of(asset: str) -> str:
    """Return the unit in which postings of `asset` balance: money assets share ``money``, all others stand alone."""
    return MONEY if asset in MONEY_ASSETS else asset


def unbalanced(postings: tuple[Posting, ...]) -> dict[str, int]:
    """Return the units whose postings do not sum to zero, with the difference; empty when the fact balances."""
    sums: dict[str, int] = {}
    for posting in postings:
        sums[posting.unit] = sums.get(posting.unit, 0) + posting.amount
    return {unit: total for unit, total in sums.items() if total}
