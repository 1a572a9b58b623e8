"""Values of the papers about goods: sale, refund, claim."""

import re
from collections.abc import Iterable

from commerce.catalogue import Catalogue
from commerce.errors import InputError
from commerce.facts import Claim, ClaimPaid, Refund, Sale, SaleLine, Tender, Use
from commerce.lots import BONUS, POINTS
from commerce.moves import MONEY_ASSETS
from commerce.plans.row import plan_of
from commerce.tender import CASH
from device_drivers.paper.template import Values
from edge_node.devices.papers.figures import money, money_or_none, number_or_none, quantity
from edge_node.devices.papers.source import Act, Made, Source
from edge_node.ledger.projections import read_sale

_PAYMENT = re.compile(r"[0-9a-f]{32}")
"""The id of a payment through a provider: nothing for people."""

_LONG = 200
"""Lines from which on a line's discounts are summed up: 500 lines with five discounts each would be no receipt."""


def tenders(source: Source, paid: Iterable[Tender]) -> list[Values]:
    """Return the rows of tenders.

    ``given``: cash handed over, where it was more; ``used``: points taken; ``ref``: what people read, as on a slip.
    """
    return [
        {
            "name": source.wording.tender(tender.tender),
            "amount": money(tender.amount),
            "given": money(tender.given) if tender.tender == CASH and tender.given > tender.amount else "",
            "used": number_or_none(tender.given) if tender.tender == POINTS else "",
            "ref": "" if _PAYMENT.fullmatch(tender.ref) else tender.ref,
        }
        for tender in paid
    ]


def change_of(paid: Iterable[Tender]) -> int:
    """Return the cash handed back."""
    return sum(max(0, tender.given - tender.amount) for tender in paid if tender.tender == CASH)


def sale(source: Source, body: Sale) -> Made:
    """Return the values of a sale's receipt."""
    total = sum(line.charged for line in body.lines)
    act = Act("sale", body.sale, body.day, body.till, body.staff, total, body.member, body.number)
    return {
        **source.common(act),
        **source.balances(),
        "lines": [_line(source, number, line, len(body.lines)) for number, line in enumerate(body.lines, start=1)],
        "count": str(len(body.lines)),
        "list_total": money(sum(line.list_amount for line in body.lines)),
        "saved": money_or_none(sum(-amount for line in body.lines for _, amount in line.discounts)),
        "rounding": money_or_none(body.rounding),
        "total": money(total),
        "tenders": tenders(source, body.tenders),
        "change": money_or_none(change_of(body.tenders) - source.saved_change),
        "saved_change": money_or_none(source.saved_change),
        "points_earned": number_or_none(body.earned.amount if body.earned else 0),
    }


def refund(source: Source, body: Refund) -> Made:
    """Return the values of a refund's slip: what came back, and what went back to whom."""
    row = source.conn.execute("SELECT id, number FROM sales WHERE sale = ?", (body.sale,)).fetchone()
    sold = read_sale(source.conn, row[0]).lines if row else ()
    total = sum(line.amount for line in body.lines)
    act = Act("refund", body.refund, body.day, body.till, body.staff, total, body.member)
    catalogue = source.book.catalogue
    return {
        **source.common(act),
        **source.balances(),
        "sale_number": row[1] if row else "",
        "lines": [
            {
                "n": str(line.line + 1),
                "name": sold[line.line].name if line.line < len(sold) else "",
                "qty": quantity(line.milli_qty),
                "unit": _unit(catalogue, sold[line.line].item) if line.line < len(sold) else "",
                "amount": money(line.amount),
            }
            for line in body.lines
        ],
        "total": money(total),
        "tenders": tenders(source, body.tenders),
        **_given_back(body.uses),
        "points_back": number_or_none(body.points_back),
        "points_owed": number_or_none(body.points_owed),
        "reason": body.reason,
        "approved_by": source.staff(body.approved_by),
    }


def claim(source: Source, body: Claim | ClaimPaid) -> Made:
    """Return the values of the slips of a claim: goods taken back for another branch, and the money paid out."""
    total = sum(tender.amount for tender in body.tenders) if isinstance(body, ClaimPaid) else 0
    act = Act("claim", body.claim, body.day, body.till, body.staff, total)
    made = body if isinstance(body, Claim) else None
    return {
        **source.common(act),
        "claim": body.claim.hex()[:8].upper(),
        "taken": made is not None,
        "paid": made is None,
        "seller": (source.branch(made.seller) or made.seller) if made else "",
        "lines": [{"n": str(line + 1), "qty": quantity(qty)} for line, qty in made.lines] if made else [],
        "reason": made.reason if made else "",
        "approved_by": source.staff(made.approved_by) if made else "",
        "tenders": [] if isinstance(body, Claim) else tenders(source, body.tenders),
        "total": money(total),
    }


def _line(source: Source, number: int, line: SaleLine, of: int) -> Values:
    steps = [(code, amount) for code, amount in line.discounts if amount or code.startswith("plan:")]
    if of > _LONG and len(steps) > 1:
        steps = [("line_discount", sum(amount for _, amount in steps))]
    return {
        "n": str(number),
        "item": line.item,
        "name": line.name,
        "qty": quantity(line.milli_qty),
        "unit": _unit(source.book.catalogue, line.item),
        "price": money(line.unit_price),
        "list": money(line.list_amount),
        "amount": money(line.charged - line.rounding),
        "attendant": "、".join(map(source.staff, line.attendant.split(","))) if line.attendant else "",
        "discounts": [{"name": _discount(source, code), "amount": money(amount)} for code, amount in steps],
    }


def _discount(source: Source, code: str) -> str:
    """Name a step of the price: a promotion or card plan by its own name, as long as the chain keeps its row."""
    step, _, named = code.partition(":")
    rows = source.book.plans if step == "plan" else source.book.promotion_rows
    row = rows.get(named)
    return source.wording.discount(step) if row is None else row.name


def _given_back(uses: Iterable[Use]) -> Made:
    """Return what went back to the member's own value, points and card plans."""
    value = points = plans = 0
    for use in uses:
        if use.asset == BONUS or use.asset in MONEY_ASSETS:
            value += use.amount
        elif use.asset == POINTS:
            points += use.amount
        elif plan_of(use.asset):
            plans += use.amount
    back = number_or_none(points), number_or_none(plans)
    return {"value_back": money_or_none(value), "points_returned": back[0], "uses_returned": back[1]}


def _unit(catalogue: Catalogue, item: str) -> str:
    """Return an item's unit as the catalogue has it now; "" for what is not sold any more."""
    try:
        return catalogue.item(item).unit
    except InputError:
        return ""
