"""Refunds over what remains of a sale (worked-examples.md 5.5, 5.6), in the branch that sold or through a claim.

`Sold` is what remains of a sale: plain values, so a ledger may store it beside the sale and hand it in again. Every
amount that a refund gives back is a part of what remains, never computed anew: refunds in any steps end at exactly
zero.
"""

from collections.abc import Sequence
from typing import NamedTuple

from commerce.accounts import TRANSIT, given, receivable, rounding, sales
from commerce.checks import check_int, check_text
from commerce.cut import cut, portion
from commerce.desk import Desk
from commerce.errors import InputError, RuleError
from commerce.facts import Claim, ClaimPaid, Fact, Refund, RefundLine, Release, Sale, Tender, Use
from commerce.journal import LOT_TENDERS, Journal
from commerce.limits import ENVELOPE_MAX, LINES_MAX, MILLI_QTY_MAX, TEXT_MAX
from commerce.lots import POINTS, LotView
from commerce.moves import MONEY, Move, Reason
from commerce.plans.row import plan_of
from commerce.points import taken_back
from commerce.tender import CASH
from commerce.wallet import take_points

_ID = 16


class SoldLine(NamedTuple):
    """What remains of one sold line; `shares` per use of the sale, in money.

    ``taken``: what remains of the uses that a covered line took, per use of the sale; () of other lines.
    """

    milli_qty: int
    charged: int
    rounding: int
    shares: tuple[int, ...]
    taken: tuple[int, ...] = ()


class Sold(NamedTuple):
    """What remains of one sale. `tenders` are those in money; `points_lot` is b"" when it earned none."""

    sale: bytes
    member: bytes
    lines: tuple[SoldLine, ...]
    uses: tuple[Use, ...]
    tenders: tuple[Tender, ...]
    points_base: int
    points_rule: tuple[int, int]
    points_lot: bytes


class RefundPlan(NamedTuple):
    """What a refund gives back: `amount` = `money` + what the `uses` are worth; `points` are claimed back."""

    lines: tuple[RefundLine, ...]
    uses: tuple[Use, ...]
    tenders: tuple[Tender, ...]
    amount: int
    money: int
    rounding: int
    points: int
    left: Sold


def sold(sale: Sale) -> Sold:
    """Return what remains of a sale of which nothing has been refunded."""
    return Sold(
        sale=sale.sale,
        member=sale.member,
        lines=tuple(
            SoldLine(line.milli_qty, line.charged, line.rounding, line.shares, line.taken) for line in sale.lines
        ),
        uses=sale.uses,
        tenders=tuple(tender for tender in sale.tenders if tender.tender not in LOT_TENDERS),
        points_base=sale.points_base,
        points_rule=sale.points_rule,
        points_lot=sale.earned.lot if sale.earned else b"",
    )


def plan_refund(left: Sold, requests: Sequence[tuple[int, int]]) -> RefundPlan:
    """Plan the refund of `requests` (line number from 0, thousandths) out of what is `left` of the sale.

    InputError ``unknown_line``, ``duplicate_line``, ``bad_quantity``, ``no_lines``, ``part_of_use`` (uses of card plans
    go back whole); ``bad_number`` or ``bad_code`` when what is left contradicts itself (HQ asks about sales that others
    wrote). RuleError ``already_refunded`` with what remains of the line.
    """
    _check_left(left)
    if not requests:
        raise InputError("no_lines")
    check_int(len(requests), "lines", 1, LINES_MAX, "too_many")
    if len({line for line, _ in requests}) != len(requests):
        raise InputError("duplicate_line")
    lines = list(left.lines)
    back: list[RefundLine] = []
    for number, quantity in requests:
        check_int(number, "line", 0, len(lines) - 1, "unknown_line")
        check_int(quantity, "quantity", 1, MILLI_QTY_MAX, "bad_quantity")
        part, lines[number] = _part(number, lines[number], quantity)
        back.append(part)
    amount = sum(part.amount for part in back)
    uses = _uses_back(left, back, lines)
    money = amount - sum(use.value for use in uses)
    tendered = cut(money, [tender.amount for tender in left.tenders])
    base = _base_back(left, back)
    rest = left._replace(
        lines=tuple(lines),
        uses=tuple(
            use._replace(amount=use.amount - gone.amount, value=use.value - gone.value, worth=use.worth - gone.worth)
            for use, gone in zip(left.uses, uses, strict=True)
        ),
        tenders=tuple(
            tender._replace(amount=tender.amount - part) for tender, part in zip(left.tenders, tendered, strict=True)
        ),
        points_base=left.points_base - base,
    )
    return RefundPlan(
        lines=tuple(back),
        uses=tuple(uses),
        tenders=tuple(
            Tender(tender.tender, part, 0, tender.ref)
            for tender, part in zip(left.tenders, tendered, strict=True)
            if part
        ),
        amount=amount,
        money=money,
        rounding=sum(part.rounding for part in back),
        points=taken_back(left.points_base, rest.points_base, left.points_rule),
        left=rest,
    )


def pay_back(plan: RefundPlan, *, in_cash: bool) -> tuple[Tender, ...]:
    """Return the money tenders of a refund: by the sale's own tenders in their proportion, or all of it in cash."""
    if not in_cash:
        return plan.tenders
    return (Tender(CASH, plan.money),) if plan.money else ()


def refund_fact(
    desk: Desk,
    refund: bytes,
    plan: RefundPlan,
    *,
    tenders: tuple[Tender, ...],
    approved_by: str,
    reason: str,
    points_views: Sequence[LotView] = (),
) -> Fact:
    """Build the fact of a refund in the branch that sold: value back to the lots that paid, money by `tenders`.

    `points_views`: the member's points lots with own rights here; what they cannot give back the member owes.
    RuleError ``tender_mismatch`` unless the tenders sum to the plan's money.
    """
    check_text(reason, "reason")
    journal, moves, (back, owed) = _reverse(desk.branch, desk.day, plan, points_views)
    journal.take_money(desk.branch, tenders, plan.money, -1)
    body = Refund(
        act="refund",
        refund=refund,
        sale=plan.left.sale,
        shift=desk.shift,
        day=desk.day,
        till=desk.till,
        staff=desk.staff,
        approved_by=approved_by,
        reason=reason,
        member=plan.left.member,
        lines=plan.lines,
        tenders=tenders,
        uses=plan.uses,
        points_back=back,
        points_owed=owed,
    )
    return Fact("refund", body, tuple(moves), journal.postings())


def claim_fact(
    desk: Desk,
    claim: bytes,
    sale: bytes,
    seller: str,
    lines: tuple[tuple[int, int], ...],
    *,
    approved_by: str,
    reason: str,
) -> Fact:
    """Build the fact that this branch took back goods which `seller` had sold; no value moves until the release.

    `seller` may be this branch: what a closed incarnation of it sold is not its own to refund any more.
    """
    check_text(reason, "reason")
    check_int(len(lines), "lines", 1, LINES_MAX, "too_many")
    if len({line for line, _ in lines}) != len(lines):
        raise InputError("duplicate_line")
    for number, quantity in lines:
        check_int(number, "line", 0, LINES_MAX - 1, "unknown_line")
        check_int(quantity, "quantity", 1, MILLI_QTY_MAX, "bad_quantity")
    body = Claim(
        act="claim",
        claim=claim,
        sale=sale,
        seller=seller,
        branch=desk.branch,
        shift=desk.shift,
        day=desk.day,
        till=desk.till,
        staff=desk.staff,
        approved_by=approved_by,
        reason=reason,
        lines=lines,
    )
    return Fact("refund", body)


def release_fact(
    seller: str,
    claim: bytes,
    claimant: str,
    day: str,
    plan: RefundPlan,
    *,
    points_views: Sequence[LotView] = (),
    at_hq: bool = False,
) -> Fact:
    """Build the seller's answer to a claim: value goes back through HQ, money waits in transit for the claimant.

    Per lot the value comes in and is returned in the same entry: nothing stays here and HQ's own grows. `at_hq`: HQ
    writes it for a closed seller, and the in-move alone raises HQ's own.
    """
    journal, moves, (back, owed) = _reverse(seller, day, plan, points_views)
    if not at_hq:
        moves += [Move(use.lot, Reason.RETURN, use.amount, claim) for use in plan.uses if use.amount]
    journal.add(TRANSIT, MONEY, -plan.money)
    body = Release(
        act="release",
        claim=claim,
        sale=plan.left.sale,
        claimant=claimant,
        day=day,
        member=plan.left.member,
        lines=plan.lines,
        uses=plan.uses,
        tenders=plan.tenders,
        points_back=back,
        points_owed=owed,
        refused="",
    )
    return Fact("refund", body, tuple(moves), journal.postings())


def refused_release_fact(claim: bytes, sale: bytes, claimant: str, *, day: str, member: bytes, refused: str) -> Fact:
    """Build the seller's answer that nothing can be released; `refused` is the code of the error that says why."""
    return Fact("refund", Release("release", claim, sale, claimant, day, member, (), (), (), 0, 0, refused))


def claim_paid_fact(desk: Desk, claim: bytes, released: Sequence[Tender], tenders: tuple[Tender, ...]) -> Fact:
    """Build the fact that the claimant's branch handed out the money part of a released claim, once."""
    money = sum(tender.amount for tender in released)
    if not money:
        raise RuleError("nothing_to_pay")
    journal = Journal()
    journal.add(TRANSIT, MONEY, money)
    journal.take_money(desk.branch, tenders, money, -1)
    body = ClaimPaid("claim_paid", claim, desk.shift, desk.day, desk.till, desk.staff, tenders)
    return Fact("refund", body, (), journal.postings())


def _check_left(left: Sold) -> None:
    """Check that a sale can be reckoned with: as many shares as uses, no figure below zero or past all bounds."""
    num, den = left.points_rule
    figures = [left.points_base, num, den - 1, *(tender.amount for tender in left.tenders)]
    for n, use in enumerate(left.uses):
        taken = sum(line.taken[n] for line in left.lines if n < len(line.taken))
        figures += (use.amount, use.value, use.worth, use.amount - taken)
    for line in left.lines:
        figures += (line.milli_qty, line.charged, abs(line.rounding), line.charged - sum(line.shares), *line.shares)
        figures += line.taken
        if len(line.shares) != len(left.uses) or len(line.taken) not in {0, len(left.uses)}:
            raise InputError("bad_number", field="shares")
    if not all(0 <= figure <= ENVELOPE_MAX for figure in figures):
        raise InputError("bad_number", field="left")
    if any(len(use.lot) != _ID or len(use.asset) > TEXT_MAX // 2 for use in left.uses):
        raise InputError("bad_code", field="uses")


def _uses_back(left: Sold, back: Sequence[RefundLine], lines: Sequence[SoldLine]) -> list[Use]:
    """Return what goes back to each use; `lines` are the lines as they will be.

    Of a card plan's lot what the lines took of it. A use that was worth nothing (points below a cent, a coupon) follows
    the whole sale instead of its own worth, and is back at the latest with the last of the goods.
    """
    amount, whole = sum(part.amount for part in back), sum(line.charged for line in left.lines)
    nothing_left = not any(line.milli_qty for line in lines)
    uses: list[Use] = []
    for n, use in enumerate(left.uses):
        value = sum(part.shares[n] for part in back)
        worth = 0
        if plan_of(use.asset):
            gone = sum(_taken(left.lines[part.line], n) - _taken(lines[part.line], n) for part in back)
            worth = portion(use.worth, gone, use.amount)
        elif use.value:
            gone = portion(use.amount, value, use.value)
        else:
            gone = use.amount if nothing_left else portion(use.amount, amount, whole)
        uses.append(Use(use.lot, use.asset, use.issuer, gone, value, worth))
    return uses


def _taken(line: SoldLine, n: int) -> int:
    return line.taken[n] if line.taken else 0


def _base_back(left: Sold, back: Sequence[RefundLine]) -> int:
    """Return the part of the points base that goes with a refund, by what the lines cost.

    Covered lines count only where the base can hold them: what card plans paid may not have earned points.
    """
    charged = [0 if line.taken else line.charged for line in left.lines]
    if left.points_base > sum(charged):
        charged = [line.charged for line in left.lines]
    counted = sum(part.amount for part in back if charged[part.line])
    return portion(left.points_base, counted, sum(charged))


def _part(number: int, line: SoldLine, quantity: int) -> tuple[RefundLine, SoldLine]:
    """Take `quantity` out of what remains of a line: ⌊charged·q/Q⌋, all of it with the last piece."""
    if quantity > line.milli_qty:
        raise RuleError("already_refunded", line=number, asked=quantity, available=line.milli_qty)
    if line.taken:
        return _covered_part(number, line, quantity)
    amount = portion(line.charged, quantity, line.milli_qty)
    money = line.charged - sum(line.shares)
    shares = cut(amount, [*line.shares, money])[:-1]
    rounded = portion(line.rounding, quantity, line.milli_qty)
    left = SoldLine(
        line.milli_qty - quantity,
        line.charged - amount,
        line.rounding - rounded,
        tuple(share - part for share, part in zip(line.shares, shares, strict=True)),
    )
    return RefundLine(number, quantity, amount, tuple(shares), rounded), left


def _covered_part(number: int, line: SoldLine, quantity: int) -> tuple[RefundLine, SoldLine]:
    """Take `quantity` out of a covered line: whole uses, those of the last lots first, each for what it paid."""
    wanted, part_of_one = divmod(sum(line.taken) * quantity, line.milli_qty)
    if part_of_one:
        raise InputError("part_of_use", line=number)
    gone: list[int] = []
    for taken in reversed(line.taken):
        gone.insert(0, min(taken, wanted))
        wanted -= gone[0]
    shares = tuple(
        portion(share, uses, taken) for share, uses, taken in zip(line.shares, gone, line.taken, strict=True)
    )
    left = SoldLine(
        line.milli_qty - quantity,
        line.charged - sum(shares),
        line.rounding,
        tuple(share - part for share, part in zip(line.shares, shares, strict=True)),
        tuple(taken - uses for taken, uses in zip(line.taken, gone, strict=True)),
    )
    return RefundLine(number, quantity, sum(shares), shares, 0), left


def _reverse(
    branch: str, day: str, plan: RefundPlan, points_views: Sequence[LotView]
) -> tuple[Journal, list[Move], tuple[int, int]]:
    """Reverse a sale of `branch` as far as `plan` goes; the money's own account is the caller's."""
    left = plan.left
    moves = [Move(use.lot, Reason.REFUND, use.amount, left.sale) for use in plan.uses if use.amount]
    journal = Journal()
    in_money = plan.money + journal.paid(branch, plan.uses, -1)
    journal.add(sales(branch), MONEY, in_money - plan.rounding)
    journal.add(rounding(branch), MONEY, plan.rounding)
    taken, owed = take_points(points_views, day, plan.points, left.points_lot)
    for use in taken:
        moves.append(Move(use.lot, Reason.DEDUCT, use.amount, left.sale))
        journal.add(use.lot, POINTS, use.amount)
    if owed:
        journal.add(receivable(left.member), POINTS, owed)
    journal.add(given(branch), POINTS, -plan.points)
    return journal, moves, (plan.points - owed, owed)
