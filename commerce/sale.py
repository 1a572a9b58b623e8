"""A sale as a fact: priced lines, tenders, the lots that paid, points earned; moves and balanced postings."""

from collections.abc import Sequence
from typing import NamedTuple

from commerce.accounts import given, rounding, sales
from commerce.checks import check_text
from commerce.cut import cut
from commerce.desk import Desk
from commerce.errors import InputError, RuleError
from commerce.facts import Fact, LotIssue, Sale, SaleLine, Tender, Use
from commerce.journal import LOT_TENDERS, Journal
from commerce.limits import LINES_MAX, TENDERS_MAX, USES_MAX
from commerce.lots import BONUS, POINTS
from commerce.moves import MONEY, MONEY_ASSETS, Move, Reason
from commerce.plans.cover import uses_of
from commerce.plans.row import plan_of
from commerce.pricing import PricedBasket, PricedLine
from commerce.tender import GIFT_CARD, STORED_VALUE, USES


class Earned(NamedTuple):
    """Points a sale earns: `lot.amount` = ⌊base·num/den⌋ > 0 collects in the member's points lot of this branch."""

    lot: LotIssue
    base: int
    rule: tuple[int, int]


def spread(charged: Sequence[int], values: Sequence[int], money: int) -> list[tuple[int, ...]]:
    """Share each line over the uses that paid (worked-examples.md 5.4), lines in order, over what remains of each use.

    `money` is what all other tenders paid together: it takes its share last and is not returned, so the shares of a
    line may sum to less than the line. Every use is exhausted exactly. RuleError ``tender_mismatch`` when the sums
    differ.
    """
    left = [*values, money]
    if sum(charged) != sum(left):
        raise RuleError("tender_mismatch", total=sum(charged), paid=sum(left))
    shares: list[tuple[int, ...]] = []
    for line in charged:
        part = cut(line, left)
        left = [rest - share for rest, share in zip(left, part, strict=True)]
        shares.append(tuple(part[:-1]))
    return shares


def plan_uses(basket: PricedBasket) -> tuple[Use, ...]:
    """Return what card plans pay of a basket, one use for each lot: a sale names them among its uses."""
    return uses_of(line.cover for line in basket.lines)


def plan_tenders(basket: PricedBasket) -> tuple[Tender, ...]:
    """Return the tender that card plans pay; none where they pay nothing (a period, uses that were free)."""
    return (Tender(USES, basket.covered),) if basket.covered else ()


def sale_fact(  # noqa: PLR0917 -- the parts of a sale, in the order in which they come to be
    desk: Desk,
    sale: bytes,
    number: str,
    member: bytes,
    basket: PricedBasket,
    tenders: tuple[Tender, ...],
    uses: tuple[Use, ...] = (),
    earned: Earned | None = None,
    positions: tuple[tuple[str, int], ...] = (),
) -> Fact:
    """Build the fact of a sale: `tenders` pay the basket's total exactly, `uses` are the lots behind the lot tenders.

    Among both is what card plans pay (``plan_tenders``, ``plan_uses``); coupons are uses that are worth nothing.

    Postings per unit: cash and lots are debited; sales is credited gross, before rounding, which has its own account.
    InputError when a bound is passed or the parts contradict each other, RuleError ``tender_mismatch`` when sums
    differ.
    """
    _check(basket, tenders, uses)
    if earned is not None and (earned.lot.asset != POINTS or earned.lot.amount != _points(earned) or not member):
        raise InputError("points_differ", expected=_points(earned), found=earned.lot.amount)
    check_text(number, "number", required=True)
    money = sum(tender.amount for tender in tenders if tender.tender not in LOT_TENDERS)
    shares = _shares(basket, uses, money)
    body = Sale(
        sale=sale,
        number=number,
        shift=desk.shift,
        day=desk.day,
        till=desk.till,
        staff=desk.staff,
        member=member,
        lines=_lines(basket, shares, uses),
        tenders=tenders,
        uses=uses,
        earned=earned.lot if earned else None,
        points_base=earned.base if earned else 0,
        points_rule=earned.rule if earned else (0, 1),
        rounding=basket.rounding,
        positions=positions,
    )
    moves = [Move(use.lot, Reason.SPEND, use.amount) for use in uses]
    journal = Journal()
    journal.take_money(desk.branch, (tender for tender in tenders if tender.tender not in LOT_TENDERS), money)
    in_money = money + journal.paid(desk.branch, uses)
    journal.add(sales(desk.branch), MONEY, basket.rounding - in_money)
    journal.add(rounding(desk.branch), MONEY, -basket.rounding)
    if earned is not None:
        moves.append(Move(earned.lot.lot, Reason.ISSUE, earned.lot.amount))
        journal.add(given(desk.branch), POINTS, earned.lot.amount)
        journal.add(earned.lot.lot, POINTS, -earned.lot.amount)
    return Fact("sale", body, tuple(moves), journal.postings())


def _shares(basket: PricedBasket, uses: tuple[Use, ...], money: int) -> list[tuple[int, ...]]:
    """Share each line over the uses: covered lines exactly by their own, the others over all that is no card plan's."""
    values = [0 if plan_of(use.asset) else use.value for use in uses]
    open_lines = [line.charged for line in basket.lines if line.cover is None]
    rest = iter(spread(open_lines, values, money))
    return [
        next(rest) if line.cover is None else tuple(_of_line(line, use, "value") for use in uses)
        for line in basket.lines
    ]


def _of_line(line: PricedLine, use: Use, what: str) -> int:
    """Return what a covered line took of a lot: its ``value`` or ``amount``."""
    return sum(getattr(own, what) for own in line.cover.uses if own.lot == use.lot) if line.cover else 0


def _lines(basket: PricedBasket, shares: Sequence[tuple[int, ...]], uses: tuple[Use, ...]) -> tuple[SaleLine, ...]:
    return tuple(
        SaleLine(
            item=line.item,
            name=line.name,
            milli_qty=line.milli_qty,
            unit_price=line.unit_price,
            list_amount=line.list_amount,
            charged=line.charged,
            rounding=line.rounding,
            attendant=line.attendant,
            discounts=tuple(line.discounts),
            shares=share,
            taken=tuple(_of_line(line, use, "amount") for use in uses) if line.cover and line.cover.uses else (),
        )
        for line, share in zip(basket.lines, shares, strict=True)
    )


def _points(earned: Earned) -> int:
    num, den = earned.rule
    return earned.base * num // den if den > 0 else -1


def _check(basket: PricedBasket, tenders: tuple[Tender, ...], uses: tuple[Use, ...]) -> None:
    """Check bounds, and that each kind of lot tender is what the uses of that kind are worth."""
    for what, count, most in (
        ("lines", len(basket.lines), LINES_MAX),
        ("tenders", len(tenders), TENDERS_MAX),
        ("uses", len(uses), USES_MAX),
    ):
        if count > most:
            raise InputError("too_many", field=what, limit=most)
    if not basket.lines:
        raise InputError("no_lines")
    if any(tender.amount <= 0 for tender in tenders) or any(use.amount <= 0 or use.value < 0 for use in uses):
        raise InputError("amount_not_positive")
    if len({use.lot for use in uses}) != len(uses):
        raise InputError("duplicate_lot")
    if any(use.value != use.amount for use in uses if use.asset == BONUS or use.asset in MONEY_ASSETS):
        raise InputError("bad_use")
    if sorted(use for use in uses if plan_of(use.asset)) != sorted(plan_uses(basket)):
        raise InputError("bad_use")
    for name in (STORED_VALUE, POINTS, USES):
        tendered = sum(tender.amount for tender in tenders if _purse_of(tender.tender) == name)
        used = sum(use.value for use in uses if _tender_of(use.asset) == name)
        if tendered != used:
            raise RuleError("tender_mismatch", tender=name, total=tendered, paid=used)
    cards = sum(use.value for use in uses if use.asset == GIFT_CARD)
    if sum(tender.amount for tender in tenders if tender.tender == GIFT_CARD) > cards:
        raise RuleError("tender_mismatch", tender=GIFT_CARD, total=cards)


def _purse_of(tender: str) -> str:
    """Gift cards are stored value, a member's own or shown by whoever has one: their lots pay under either name."""
    return STORED_VALUE if tender == GIFT_CARD else tender


def _tender_of(asset: str) -> str:
    """Return the tender that lots of an asset pay."""
    if asset == POINTS:
        return POINTS
    return USES if plan_of(asset) else STORED_VALUE
