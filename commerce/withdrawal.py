"""Value that leaves lots without a sale: cash-out, undo of a top-up, deduction, gift, forfeit, expiry (ledger.md)."""

from collections.abc import Sequence
from typing import NamedTuple

from commerce.accounts import breakage, given, prepaid, receivable, refund_expense, sales
from commerce.checks import check_amount, check_text
from commerce.desk import Desk
from commerce.errors import InputError, RuleError
from commerce.facts import Fact, Tender, Use, Withdraw
from commerce.journal import Journal
from commerce.limits import USES_MAX
from commerce.lots import BONUS, GIFT_CARD, POINTS, PRINCIPAL, LotView, Pair
from commerce.moves import MONEY, MONEY_ASSETS, Move, Reason, unit_of
from commerce.plans.cover import use_worth
from commerce.wallet import take_points

_REASONS = {"deduct": Reason.DEDUCT, "gift": Reason.GIFT, "forfeit": Reason.FORFEIT}


class CashOut(NamedTuple):
    """How a cash-out of one pair is booked (worked-examples.md 5.8); all ≥ 0, minor units."""

    paid: int  # out of the lot
    refund_expense: int  # beyond what the lot still held, at the issuer's expense
    kept: int  # principal that the issuer keeps: breakage
    bonus_forfeited: int


class CashOutPart(NamedTuple):
    """One pair to be paid out, and what the member gets for it (`legal_refund`)."""

    pair: Pair
    refund: int


class Approval(NamedTuple):
    """Who approved an act, and why: words for people, no personal data of the member."""

    by: str
    reason: str


def book_cash_out(refund: int, p: int, b: int) -> CashOut:
    """Book a cash-out of `refund` with principal `p` and bonus `b` left: the bonus is always forfeited."""
    for what, amount in (("refund", refund), ("p", p), ("b", b)):
        check_amount(amount, what)
    paid = min(refund, p)
    return CashOut(paid, refund - paid, p - paid, b)


def cash_out_fact(
    desk: Desk,
    withdraw: bytes,
    member: bytes,
    parts: Sequence[CashOutPart],
    *,
    tenders: tuple[Tender, ...],
    approval: Approval,
) -> Fact:
    """Build the fact of a cash-out: what lies here of each pair is used up, `tenders` pay the refunds' sum.

    RuleError ``principal_not_here`` for a pair whose principal rights lie elsewhere: gather them first.
    """
    journal = Journal()
    moves: list[Move] = []
    uses: list[Use] = []
    for pair, refund in parts:
        head = pair.principal
        if head is None or head.asset not in {PRINCIPAL, GIFT_CARD}:
            raise RuleError("principal_not_here")
        booked = book_cash_out(refund, pair.p, pair.b)
        uses.append(Use(head.lot, head.asset, head.issuer, pair.p, refund))
        moves += _out(head.lot, ((Reason.CASH_OUT, booked.paid), (Reason.FORFEIT, booked.kept)))
        journal.add(head.lot, MONEY, pair.p)
        journal.add(refund_expense(head.issuer), MONEY, booked.refund_expense)
        journal.add(breakage(head.issuer), MONEY, -booked.kept)
        for view in pair.bonuses:
            uses.append(Use(view.lot, BONUS, view.issuer, view.rights, 0))
            moves += _out(view.lot, ((Reason.FORFEIT, view.rights),))
            journal.add(view.lot, BONUS, view.rights)
            journal.add(breakage(view.issuer), BONUS, -view.rights)
    journal.take_money(desk.branch, tenders, sum(part.refund for part in parts), -1)
    return withdraw_fact(desk, "cash_out", withdraw, member, approval, uses, moves, journal, tenders)


def undo_fact(
    desk: Desk,
    withdraw: bytes,
    member: bytes,
    pair: Pair,
    *,
    issue: bytes,
    tenders: tuple[Tender, ...],
    approval: Approval,
    points: int = 0,
    points_views: Sequence[LotView] = (),
) -> Fact:
    """Build the fact that a top-up is undone: all that was paid goes back, bonus and `points` it gave are taken back.

    Only the holder of the *whole* pair may (RuleError ``pair_not_whole`` with what is here: recall the rest first).
    """
    head = pair.principal
    if head is None or head.asset != PRINCIPAL or pair.p != head.terms.paid or pair.b != head.terms.bonus:
        raise RuleError("pair_not_whole", principal=pair.p, bonus=pair.b)
    journal = Journal()
    uses = [Use(head.lot, PRINCIPAL, head.issuer, pair.p, pair.p)]
    moves = [Move(head.lot, Reason.UNDO, pair.p, issue)]
    journal.add(head.lot, MONEY, pair.p)
    journal.take_money(desk.branch, tenders, pair.p, -1)
    for view in pair.bonuses:
        uses.append(Use(view.lot, BONUS, view.issuer, view.rights, 0))
        moves.append(Move(view.lot, Reason.UNDO, view.rights, issue))
        journal.add(view.lot, BONUS, view.rights)
        journal.add(given(view.issuer), BONUS, -view.rights)
    taken, owed = take_points(points_views, desk.day, points)
    for use in taken:
        uses.append(use)
        moves.append(Move(use.lot, Reason.DEDUCT, use.amount, issue))
        journal.add(use.lot, POINTS, use.amount)
    if owed:
        journal.add(receivable(member), POINTS, owed)
    journal.add(given(head.issuer), POINTS, -points)
    return withdraw_fact(desk, "undo", withdraw, member, approval, uses, moves, journal, tenders, issue)


def deduct_fact(
    desk: Desk,
    withdraw: bytes,
    member: bytes,
    act: str,
    uses: Sequence[Use],
    *,
    approval: Approval,
    reference: bytes = b"",
) -> Fact:
    """Build the fact of points or counts taken: ``deduct`` by hand, redeemed for a ``gift``, or ``forfeit``.

    A gift counts as sold in its own unit, all else is breakage of the issuer, with what was paid for it ahead.
    RuleError ``money_is_not_deducted``.
    """
    if act not in _REASONS:
        raise InputError("unknown_act", act=act[:32])
    if not uses or len(uses) > USES_MAX:
        raise InputError("too_many" if uses else "no_lines", field="uses", limit=USES_MAX)
    if any(use.asset in MONEY_ASSETS for use in uses):
        raise RuleError("money_is_not_deducted")
    journal = Journal()
    for use in uses:
        unit = unit_of(use.asset)
        journal.add(use.lot, unit, use.amount)
        journal.add(sales(desk.branch) if act == "gift" else breakage(use.issuer), unit, -use.amount)
        _forfeit_prepaid(journal, use)
    moves = [Move(use.lot, _REASONS[act], use.amount, reference) for use in uses]
    return withdraw_fact(desk, act, withdraw, member, approval, uses, moves, journal, (), reference)


def expire_fact(desk: Desk, withdraw: bytes, views: Sequence[LotView]) -> Fact:
    """Build the fact that a holder obeys HQ's order to expire: it writes off its own rights to these lots.

    RuleError ``never_expires`` for money that was paid: art. 24, its balance must be reissued.
    """
    if any(view.asset in MONEY_ASSETS for view in views):
        raise RuleError("never_expires")
    views = [view for view in views if view.rights > 0]
    if not views:
        raise InputError("no_lines")
    journal = Journal()
    uses = [
        Use(view.lot, view.asset, view.issuer, view.rights, 0, view.rights * use_worth(view.terms)) for view in views
    ]
    for use in uses:
        journal.add(use.lot, unit_of(use.asset), use.amount)
        journal.add(breakage(use.issuer), unit_of(use.asset), -use.amount)
        _forfeit_prepaid(journal, use)
    moves = [Move(view.lot, Reason.EXPIRE, view.rights) for view in views]
    owners = {view.owner for view in views}
    member = owners.pop() if len(owners) == 1 else b""
    return withdraw_fact(desk, "expire", withdraw, member, Approval("", ""), uses, moves, journal, ())


def _forfeit_prepaid(journal: Journal, use: Use) -> None:
    """Uses that nobody will use any more: what was paid for them ahead is the issuer's."""
    journal.add(prepaid(use.issuer), MONEY, use.worth)
    journal.add(breakage(use.issuer), MONEY, -use.worth)


def _out(lot: bytes, parts: Sequence[tuple[Reason, int]]) -> list[Move]:
    return [Move(lot, reason, amount) for reason, amount in parts if amount]


def withdraw_fact(  # noqa: PLR0917 -- the columns of the fact
    desk: Desk,
    act: str,
    withdraw: bytes,
    member: bytes,
    approval: Approval,
    uses: Sequence[Use],
    moves: Sequence[Move],
    journal: Journal,
    tenders: tuple[Tender, ...],
    reference: bytes = b"",
) -> Fact:
    """Build the fact of value that left lots, with its moves and postings as they were made."""
    body = Withdraw(
        act=act,
        withdraw=withdraw,
        shift=desk.shift,
        day=desk.day,
        till=desk.till,
        staff=desk.staff,
        approved_by=check_text(approval.by, "approved_by"),
        reason=check_text(approval.reason, "reason"),
        member=member,
        uses=tuple(uses),
        tenders=tenders,
        reference=reference,
    )
    return Fact("withdraw", body, tuple(moves), journal.postings())
