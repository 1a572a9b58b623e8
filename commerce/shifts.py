"""A shift in figures: what was sold, what should lie in the drawer, what was found there. Pure data over the facts.

The X report is ``figures`` at any moment; the Z report (``z_report``) adds a count and its differences and is drawn up
once, when the shift closes. A count is blind: it is written down before anyone is shown what is expected.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from commerce.checks import check_amount, check_int, check_text
from commerce.errors import InputError, RuleError
from commerce.facts import Body, ClaimPaid, CountedCash, Entitlement, Issue, Refund, Sale, ShiftAct, Tender, Withdraw
from commerce.journal import LOT_TENDERS
from commerce.tender import CASH

CNY_DENOMINATIONS = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10, 5, 2, 1)
"""Notes and coins in minor units, largest first."""

PIECES_MAX = 100_000
"""Pieces of one denomination in a drawer: a box of coins holds two thousand."""


class TenderFigures(NamedTuple):
    """One tender's flow in a shift, minor units: received in sales and top-ups, paid out in refunds and cash-outs."""

    tender: str
    received: int
    paid_out: int


@dataclass(frozen=True, slots=True)
class ShiftFigures:
    """All figures of one shift. Amounts in minor units; ``saved`` are discounts, ``rounding`` as in the sales."""

    shift: bytes
    opening: int
    cash_in: int
    cash_out: int
    sales: int
    sold: int
    saved: int
    rounding: int
    refunds: int
    refunded: int
    top_ups: int
    topped_up: int
    withdrawals: int
    withdrawn: int
    claims_paid: int
    claims_amount: int
    tenders: tuple[TenderFigures, ...]  # by name; stored value, points and uses of card plans among them
    plans: int = 0
    plans_sold: int = 0


class Difference(NamedTuple):
    """What was counted of one tender against what should be there."""

    tender: str
    expected: int
    found: int

    @property
    def delta(self) -> int:
        """Found − expected: below zero when money is missing."""
        return self.found - self.expected


@dataclass(frozen=True, slots=True)
class ZReport:
    """A closed shift: its figures, what was expected and counted, and why they differ."""

    figures: ShiftFigures
    expected: tuple[CountedCash, ...]
    counted: tuple[CountedCash, ...]
    differences: tuple[Difference, ...]
    reason: str


def figures(shift: bytes, bodies: Iterable[Body]) -> ShiftFigures:
    """Add up the facts of one shift; facts of other shifts, and facts that move nothing in a shift, are passed over."""
    sums: Counter[str] = Counter()
    received: Counter[str] = Counter()
    paid_out: Counter[str] = Counter()
    for body in bodies:
        if getattr(body, "shift", None) != shift:
            continue
        match body:
            case Sale():
                _add_sale(sums, body)
                _add_tenders(received, body.tenders)
            case Issue(act="plan") | Entitlement(act="sold"):
                sums["plans"] += 1
                sums["plans_sold"] += _add_tenders(received, body.tenders)
            case Entitlement(act="ended"):
                sums["withdrawals"] += 1
                sums["withdrawn"] += _add_tenders(paid_out, body.tenders)
            case Issue():
                sums["top_ups"] += bool(body.tenders)
                sums["topped_up"] += _add_tenders(received, body.tenders)
            case Refund():
                sums["refunds"] += 1
                sums["refunded"] += sum(line.amount for line in body.lines)
                _add_tenders(paid_out, body.tenders)
            case ClaimPaid():
                sums["claims_paid"] += 1
                sums["claims_amount"] += _add_tenders(paid_out, body.tenders)
            case Withdraw():
                sums["withdrawals"] += bool(body.tenders)
                sums["withdrawn"] += _add_tenders(paid_out, body.tenders)
            case ShiftAct(act="open" | "cash_in" | "cash_out"):
                sums["opening" if body.act == "open" else body.act] += body.amount
            case _:
                pass
    names = sorted(received.keys() | paid_out.keys())
    tenders = tuple(TenderFigures(name, received[name], paid_out[name]) for name in names)
    return ShiftFigures(
        shift=shift,
        opening=sums["opening"],
        cash_in=sums["cash_in"],
        cash_out=sums["cash_out"],
        sales=sums["sales"],
        sold=sums["sold"],
        saved=sums["saved"],
        rounding=sums["rounding"],
        refunds=sums["refunds"],
        refunded=sums["refunded"],
        top_ups=sums["top_ups"],
        topped_up=sums["topped_up"],
        withdrawals=sums["withdrawals"],
        withdrawn=sums["withdrawn"],
        claims_paid=sums["claims_paid"],
        claims_amount=sums["claims_amount"],
        tenders=tenders,
        plans=sums["plans"],
        plans_sold=sums["plans_sold"],
    )


def _add_sale(sums: Counter[str], sale: Sale) -> None:
    """Add one sale's lines to the figures."""
    sums["sales"] += 1
    sums["rounding"] += sale.rounding
    for line in sale.lines:
        sums["sold"] += line.charged
        sums["saved"] -= sum(amount for _, amount in line.discounts)


def _add_tenders(flow: Counter[str], tenders: Iterable[Tender]) -> int:
    """Add tenders to a flow; return their sum."""
    total = 0
    for tender in tenders:
        flow[tender.tender] += tender.amount
        total += tender.amount
    return total


def expected(shift: ShiftFigures) -> tuple[CountedCash, ...]:
    """Return what should be found of each tender: cash with float and cash in and out, others as slips. Cash is first.

    Stored value, points and uses are not things one can count and are left out. Expected cash below zero is told as
    it is: more was paid out than the shift knew of.
    """
    flows = {row.tender: row.received - row.paid_out for row in shift.tenders}
    cash = shift.opening + shift.cash_in - shift.cash_out + flows.pop(CASH, 0)
    others = (CountedCash(name, amount) for name, amount in flows.items() if name not in LOT_TENDERS)
    return (CountedCash(CASH, cash), *others)


def count_cash(pieces: Mapping[int, int], denominations: Iterable[int] = CNY_DENOMINATIONS) -> CountedCash:
    """Add up counted pieces {denomination: how many}; InputError ``unknown_denomination`` or ``bad_number``."""
    known = frozenset(denominations)
    total = 0
    for denomination, how_many in pieces.items():
        if denomination not in known:
            raise InputError("unknown_denomination", denomination=denomination)
        total += denomination * check_int(how_many, "pieces", 0, PIECES_MAX)
    return CountedCash(CASH, check_amount(total, "counted"))


def differences(due: Iterable[CountedCash], counted: Iterable[CountedCash]) -> tuple[Difference, ...]:
    """Compare what was counted with what is due, per tender counted. InputError ``duplicate_tender``."""
    wanted = {row.tender: row.amount for row in due}
    found: dict[str, int] = {}
    for row in counted:
        if row.tender in found:
            raise InputError("duplicate_tender", tender=row.tender)
        found[row.tender] = check_amount(row.amount, "counted")
    return tuple(Difference(tender, wanted.get(tender, 0), amount) for tender, amount in found.items())


def z_report(shift: ShiftFigures, counted: tuple[CountedCash, ...], *, tolerance: int = 0, reason: str = "") -> ZReport:
    """Close a shift's figures over a count. Cash must be counted; other tenders may be.

    RuleError ``cash_not_counted``, and ``difference_needs_reason`` when a tender differs by more than `tolerance`.
    """
    check_text(reason, "reason")
    due = expected(shift)
    found = differences(due, counted)
    if all(row.tender != CASH for row in found):
        raise RuleError("cash_not_counted")
    worst = max(found, key=lambda row: abs(row.delta))
    if abs(worst.delta) > tolerance and not reason.strip():
        raise RuleError("difference_needs_reason", tender=worst.tender, difference=worst.delta)
    return ZReport(shift, due, counted, found, reason)
