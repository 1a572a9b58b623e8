"""Uses of a count (card plans): what a sale says that they paid, held against what their issuer had been paid for them.

A count's lot moves in uses, not in money. What a use is worth follows from the lot's terms; what it paid of a line may
be less (a line cheaper than the use), never more. The issuer owes the spender what was paid, as for principal.
"""

import msgspec

from commerce.facts import Refund, Release, Use
from commerce.limits import AMOUNT_MAX
from commerce.plans.cover import use_worth
from hq_server.ledger.discrepancy_codes import DiscrepancyCode as Code
from hq_server.reconcile.actions import Case
from hq_server.reconcile.book import LotRow
from hq_server.reconcile.clearing import RuleMissingError, rows_of_spend
from hq_server.reconcile.reading import SaleView

_USES = msgspec.msgpack.Decoder(tuple[Use, ...])


def stated(body: object) -> dict[bytes, Use]:
    """Return what a body says of each lot that it uses or gives back; nothing when it cannot be read."""
    found: tuple[Use, ...] = ()
    if isinstance(body, SaleView):
        try:
            found = _USES.decode(body.uses) if body.uses else ()
        except (msgspec.DecodeError, ValueError, RecursionError):
            found = ()
    elif isinstance(body, Refund | Release):
        found = body.uses
    return {use.lot: use for use in found}


def paid(use: Use | None, row: LotRow, amount: int) -> int:
    """Return what `amount` uses of a lot paid, as the sale says, within what they are worth and one act may bring."""
    return max(0, min(use.value, amount * use_worth(row.terms), AMOUNT_MAX)) if use is not None else 0


def clear(case: Case) -> None:
    """Clear what an entry used of counts; a value or worth that the terms do not explain is shown."""
    said = stated(case.reading.body)
    for lot, amount in case.used.items():
        row, use = case.book.lots[lot], said.get(lot)
        worth, value = amount * use_worth(row.terms), paid(use, row, amount)
        if use is None or (use.amount, use.worth, use.value) != (amount, worth, value):
            case.find(Code.USE_DIFFERS, worth, use.value if use is not None else 0, lot.hex())
        if not case.log.is_hq:  # a body's figure, which the entry's own weight need not show
            turnovers, branch = case.book.turnovers, case.log.branch
            turnovers[branch] = turnovers.get(branch, 0) + value
        try:
            case.clear(rows_of_spend(row, case.log.branch, value))
        except RuleMissingError:
            case.find(Code.RULE_MISSING, 0, value, lot.hex())
