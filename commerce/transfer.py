"""Stored value moved from one member to another: lot by lot, with asset, issuer, terms and dates (ledger.md).

Nothing is earned, lost or valued anew, so whoever owes the value owes it still.
"""

from collections.abc import Sequence

from commerce.checks import check_text
from commerce.desk import Desk
from commerce.errors import InputError, RuleError
from commerce.facts import Fact, LotIssue, Use, Withdraw
from commerce.journal import Journal
from commerce.limits import LOTS_PER_ISSUE_MAX
from commerce.lots import BONUS, PRINCIPAL, LotView, pairs
from commerce.moves import Move, Reason, unit_of
from commerce.withdrawal import Approval


def transferable(views: Sequence[LotView], day: str) -> list[list[LotView]]:
    """Return the stored value that may move on `day`, in parts that fit one fact each; a pair stays in one part."""
    parts: list[list[LotView]] = []
    for pair in pairs(views, day):
        lots = [*(() if pair.principal is None else (pair.principal,)), *pair.bonuses]
        if not parts or len(parts[-1]) + len(lots) > LOTS_PER_ISSUE_MAX:
            parts.append([])
        parts[-1] += lots
    return parts


def transfer_fact(
    desk: Desk,
    withdraw: bytes,
    members: tuple[bytes, bytes],
    views: Sequence[LotView],
    fresh: Sequence[bytes],
    *,
    approval: Approval,
) -> Fact:
    """Build the fact that all of `views` goes from one member to the other; `fresh`: an id for each lot it makes.

    A bonus lot follows its principal lot where that moves too. RuleError ``not_transferable`` for other assets.
    """
    giver, taker = members
    if not views or len(views) > LOTS_PER_ISSUE_MAX or len(fresh) != len(views):
        raise InputError("too_many" if views else "no_lines", field="lots", limit=LOTS_PER_ISSUE_MAX)
    if giver == taker or any(view.asset not in {PRINCIPAL, BONUS} or view.rights <= 0 for view in views):
        raise RuleError("not_transferable")
    becomes = {view.lot: lot for view, lot in zip(views, fresh, strict=True)}
    journal = Journal()
    moves: list[Move] = []
    for view, lot in zip(views, fresh, strict=True):
        journal.add(view.lot, unit_of(view.asset), view.rights)
        journal.add(lot, unit_of(view.asset), -view.rights)
        moves += (Move(view.lot, Reason.TRANSFER, view.rights, lot), Move(lot, Reason.ISSUE, view.rights))
    body = Withdraw(
        act="transfer",
        withdraw=withdraw,
        shift=desk.shift,
        day=desk.day,
        till=desk.till,
        staff=desk.staff,
        approved_by=check_text(approval.by, "approved_by"),
        reason=check_text(approval.reason, "reason"),
        member=giver,
        uses=tuple(Use(view.lot, view.asset, view.issuer, view.rights, view.rights) for view in views),
        tenders=(),
        reference=taker,
        lots=tuple(_moved(view, becomes[view.lot], taker, becomes.get(view.pair, view.pair)) for view in views),
    )
    return Fact("withdraw", body, tuple(moves), journal.postings())


def _moved(view: LotView, lot: bytes, taker: bytes, pair: bytes) -> LotIssue:
    """Return the lot that takes the place of another."""
    return LotIssue(
        lot, taker, "member", view.asset, view.issuer, view.rights, view.opened_on, view.expires_on, pair, view.terms
    )
