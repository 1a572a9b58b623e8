"""Goods: sales, and what came back of them."""

from collections.abc import Iterable

from commerce.cut import cut_signed
from commerce.facts import Claim, ClaimPaid, Refund, RefundLine, Release, Sale, Use
from commerce.lots import BONUS, POINTS
from commerce.moves import MONEY_ASSETS
from commerce.plans.row import plan_of
from hq_server.analysis import limits
from hq_server.analysis.rows import HOURS, ITEMS, MEMBERS, STAFF
from hq_server.analysis.what import COUPON, Case, code, id_of, money, value_of


def sale(case: Case, body: Sale) -> None:
    """Goods handed over: the day, the hour, items, attendants, tenders, the member."""
    case.id = id_of(body.sale)
    total = case.amount = case.tendered(money(body.tenders), id_of(body.shift))
    listed = charged = quantity = rounding = 0
    for line in body.lines:
        listed += line.list_amount
        charged += line.charged
        quantity += line.milli_qty
        rounding += line.rounding
        item = code(line.item)
        case.add(ITEMS, (case.day, case.branch, item), line.milli_qty, line.list_amount, line.charged, 1)
        _attended(case, line.attendant, item, line.milli_qty, line.charged, 1)
    case.discount = listed - (charged - rounding)
    principal, bonus, used = value_of((use.asset, use.amount) for use in body.uses)
    earned = body.earned.amount if body.earned else 0
    case.principal, case.bonus, case.points = -principal, -bonus, earned - used
    case.total("sales", 1, total)
    case.total("list", len(body.lines), listed)
    case.total("lines", len(body.lines), quantity)
    case.total("discount", int(case.discount != 0), case.discount)
    case.total("rounding", int(body.rounding != 0), body.rounding)
    case.total("points_earned", int(earned != 0), earned)
    _paid(case, body.uses, 1)
    member = id_of(body.member)
    case.total("member_sales" if member else "walk_in_sales", 1, total)
    case.add(HOURS, (case.day, case.branch, case.hour), 1, total)
    if member:
        case.add(MEMBERS, (member, case.day, case.branch), 1, total, 0)


def refund(case: Case, body: Refund) -> None:
    """Goods taken back by the branch that sold them."""
    case.id = id_of(body.refund)
    case.tendered(money(body.tenders), id_of(body.shift), -1)
    _back(case, body)


def release(case: Case, body: Release) -> None:
    """What the seller gives back for goods that another branch took: they come off the seller's sales.

    The money part is handed out, and told, by the branch that took the goods.
    """
    case.id, case.ref, case.about = id_of(body.claim), id_of(body.sale), body.refused
    if body.refused:
        return
    if case.sold is not None:  # head office answers for a closed seller
        case.branch = case.sold.branch
    _back(case, body)


def claim(case: Case, body: Claim) -> None:
    """Another branch's goods taken back here: nothing has moved yet."""
    case.id, case.ref, case.about = id_of(body.claim), id_of(body.sale), body.seller
    case.total("claims", 1, 0)


def claim_paid(case: Case, body: ClaimPaid) -> None:
    """The money of a released claim handed out."""
    case.id = id_of(body.claim)
    case.amount = case.tendered(money(body.tenders), id_of(body.shift), -1)


def _back(case: Case, body: Refund | Release) -> None:
    """Take goods, what paid for them and points off the sums, on the day on which they came back."""
    case.ref = id_of(body.sale)
    amount = sum(line.amount for line in body.lines)
    rounding = sum(line.rounding for line in body.lines)
    case.amount = -amount
    principal, bonus, used = value_of((use.asset, use.amount) for use in body.uses)
    case.principal, case.bonus, case.points = principal, bonus, used - body.points_back
    case.total("refunds", 1, amount)
    case.total("rounding", 0, -rounding)
    case.total("points_earned", 0, -(body.points_back + body.points_owed))
    _paid(case, body.uses, -1)
    case.lots_back(body.uses)
    for line in body.lines:
        _line_back(case, line)
    member = id_of(body.member)
    if member:
        case.add(MEMBERS, (member, case.day, case.branch), 0, -amount, 0)


def _line_back(case: Case, back: RefundLine) -> None:
    """Take a line off its item and attendants; item "" when the sale, or the line, is not known."""
    lines = case.sold.sale.lines if case.sold else ()
    if not 0 <= back.line < len(lines):
        case.add(ITEMS, (case.day, case.branch, ""), -back.milli_qty, 0, -back.amount, 0)
        return
    line = lines[back.line]
    listed = line.list_amount * back.milli_qty // line.milli_qty if line.milli_qty > 0 else 0
    item = code(line.item)
    case.add(ITEMS, (case.day, case.branch, item), -back.milli_qty, -listed, -back.amount, 0)
    _attended(case, line.attendant, item, -back.milli_qty, -back.amount, 0)


def _attended(case: Case, attendants: str, item: str, quantity: int, charged: int, count: int) -> None:  # noqa: PLR0917  the figures of a line
    """Share a line equally among those who served it."""
    names = [code(name) for name in attendants.split(",")[: limits.ATTENDANTS] if name]
    if not names:
        return
    parts = [1] * len(names)
    for name, pieces, amount in zip(names, cut_signed(quantity, parts), cut_signed(charged, parts), strict=True):
        case.add(STAFF, (case.day, case.branch, name, item), pieces, amount, count)


def _paid(case: Case, uses: Iterable[Use], sign: int) -> None:
    """Add what lots paid of sales (`sign` −1: what went back to them)."""
    sums: dict[str, int] = {}
    for use in uses:
        for name, amount in _paid_by(use):
            sums[name] = sums.get(name, 0) + amount
    for name, amount in sums.items():
        case.total(name, int(sign > 0 and amount != 0), sign * amount)


def _paid_by(use: Use) -> tuple[tuple[str, int], ...]:
    """What one lot's part is called in the totals; points and coupons are told in pieces, all else in money."""
    if use.asset == BONUS:
        return (("stored_value", use.value), ("bonus_used", use.value))
    if use.asset in MONEY_ASSETS:
        return (("stored_value", use.value),)
    if use.asset == POINTS:
        return (("points_used", use.amount),)
    if plan_of(use.asset):
        return (("uses", use.value),)
    return (("coupons", use.amount),) if use.asset.startswith(COUPON) else ()
