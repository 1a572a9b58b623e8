"""Value: lots issued for money or for nothing, value withdrawn, period and discount cards."""

from commerce.facts import Entitlement, Issue, Withdraw
from commerce.lots import PRINCIPAL
from hq_server.analysis.rows import MEMBERS
from hq_server.analysis.what import COUPON, Case, id_of, money, value_of

_SOLD = {"top_up": "top_up", "plan": "plans", "gift_card": "gift_cards"}
"""Acts by which lots are sold → what the totals call them."""


def issue(case: Case, body: Issue) -> None:
    """Top-ups, card plans and gift cards sold; points, bonus and coupons given."""
    case.id, case.about = id_of(body.issue), body.rule
    paid = case.amount = case.tendered(money(body.tenders), id_of(body.shift))
    principal, bonus, points = value_of((lot.asset, lot.amount) for lot in body.lots)
    case.principal, case.bonus, case.points = principal, bonus, points
    sold = _SOLD.get(body.act, "")
    if sold:
        case.total(sold, 1, paid)
    case.total("top_up_bonus" if sold else "bonus_given", int(bonus != 0), bonus)
    case.total("points_given", int(points != 0), points)
    coupons = sum(lot.amount for lot in body.lots if lot.asset.startswith(COUPON))
    case.total("coupons_given", int(coupons != 0), coupons)
    member = id_of(body.member)
    if member and any(lot.asset == PRINCIPAL for lot in body.lots):
        case.add(MEMBERS, (member, case.day, case.branch), 0, 0, paid)


def withdraw(case: Case, body: Withdraw) -> None:
    """Cash-outs, sales of value undone, points deducted or given for gifts, value expired."""
    case.id, case.ref = id_of(body.withdraw), id_of(body.reference)
    case.amount = case.tendered(money(body.tenders), id_of(body.shift), -1)
    principal, bonus, points = value_of((use.asset, use.amount) for use in body.uses)
    case.principal, case.bonus, case.points = -principal, -bonus, -points
    match body.act:
        case "cash_out":
            case.total("cash_out", 1, -case.amount)
        case "undo":
            case.total("top_up_undone" if principal else "plan_refunds", 1, -case.amount)
            member = id_of(body.member)
            if member and principal:
                case.add(MEMBERS, (member, case.day, case.branch), 0, 0, case.amount)
        case "expire":
            case.total("points_expired", int(points != 0), points)
            case.total("bonus_expired", int(bonus != 0), bonus)
        case "deduct" | "gift" | "forfeit":
            case.total(f"points_{body.act}", int(points != 0), points)
        case _:
            pass


def entitlement(case: Case, body: Entitlement) -> None:
    """Period and discount cards: sold for money, taken back; frozen and thawed without."""
    case.id, case.about = id_of(body.entitlement), body.plan
    if body.act in {"sold", "ended"}:
        sign = 1 if body.act == "sold" else -1
        case.amount = case.tendered(money(body.tenders), id_of(body.shift), sign)
        case.total("plans" if sign > 0 else "plan_refunds", 1, abs(case.amount))
