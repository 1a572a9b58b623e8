"""Values of a shift's papers: the X report so far, the Z report of a closed one, the slip of cash moved."""

from commerce.facts import CountedCash, ShiftAct
from commerce.shifts import ShiftFigures, differences
from device_drivers.paper.template import Values
from edge_node.devices.papers.figures import money, money_or_none
from edge_node.devices.papers.source import Act, Made, Source
from edge_node.ledger import bodies

_MOVED = {"cash_in": "cash_in", "cash_out": "cash_out_of_drawer"}


def shift(source: Source, body: ShiftAct) -> Made:
    """Return the values of the paper that this act of a shift has: ``x``, ``z`` or ``slip`` is true."""
    act = Act("shift", body.shift, body.day, body.till, body.staff, body.amount)
    figures = bodies.decode(ShiftFigures, source.job.seen) if source.job.seen else None
    return {
        **source.common(act),
        "x": body.act == "open",
        "z": body.act == "close",
        "slip": body.act in _MOVED,
        "act": source.wording.act(_MOVED.get(body.act, body.act)),
        "amount": money(body.amount),
        "reason": body.reason,
        "figures": _figures(source, figures) if figures else {},
        "counted": _counted(source, body.expected, body.counted),
    }


def _figures(source: Source, found: ShiftFigures) -> Values:
    """Return the sums of a shift; what did not happen is ""."""
    return {
        "opening": money(found.opening),
        "cash_in": money_or_none(found.cash_in),
        "cash_out": money_or_none(found.cash_out),
        "sales": str(found.sales),
        "sold": money(found.sold),
        "saved": money_or_none(found.saved),
        "rounding": money_or_none(found.rounding),
        "refunds": str(found.refunds),
        "refunded": money_or_none(found.refunded),
        "top_ups": str(found.top_ups),
        "topped_up": money_or_none(found.topped_up),
        "plans": str(found.plans),
        "plans_sold": money_or_none(found.plans_sold),
        "withdrawals": str(found.withdrawals),
        "withdrawn": money_or_none(found.withdrawn),
        "claims_paid": str(found.claims_paid),
        "claims_amount": money_or_none(found.claims_amount),
        "tenders": [
            {
                "name": source.wording.tender(row.tender),
                "received": money(row.received),
                "paid_out": money_or_none(row.paid_out),
                "net": money(row.received - row.paid_out),
            }
            for row in found.tenders
        ],
    }


def _counted(source: Source, expected: tuple[CountedCash, ...], counted: tuple[CountedCash, ...]) -> list[Values]:
    """Return per tender counted what was expected, what was found, and the difference ("" none)."""
    return [
        {
            "name": source.wording.tender(row.tender),
            "expected": money(row.expected),
            "found": money(row.found),
            "difference": f"{'+' if row.delta > 0 else ''}{money(row.delta)}" if row.delta else "",
        }
        for row in differences(expected, counted)
    ]
