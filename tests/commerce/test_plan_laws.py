"""Laws of card plans: what is sold ahead ends at zero, covered lines are exact, refunds in any steps undo a sale."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from plan_samples import CUT, GYM, POOL, ahead, as_view, buy, held, uses_view
from pricing_samples import LAW, ROUNDINGS
from value_samples import DAY, DESK, MEMBER, summed, view

from commerce.basket import Basket, add, set_cover, set_member, set_order_discount
from commerce.basket import HandDiscount as Off
from commerce.catalogue import Catalogue
from commerce.entitlements import after, freeze_fact, sold_fact, thaw_fact, valid
from commerce.facts import Tender
from commerce.moves import Reason, unbalanced
from commerce.plans.cover import held_uses, use_worth
from commerce.plans.row import PlanRow, uses_asset
from commerce.pricing import price
from commerce.promotions.row import EVERYTHING
from commerce.reference import ProductRow
from commerce.refund import plan_refund, refund_fact, sold
from commerce.sale import plan_tenders, plan_uses, sale_fact
from commerce.wallet import plan_spend
from commerce.withdrawal import Approval, expire_fact

BY = Approval("201", "顾客要求")
ANY = replace(CUT, target=EVERYTHING)
MINUTES = replace(POOL, target=EVERYTHING, each=3)
MONTH = replace(GYM, target=EVERYTHING, per_day=0)

LOTS = st.lists(
    st.tuples(st.sampled_from([ANY, MINUTES]), st.integers(0, 9_000), st.integers(1, 40)), min_size=1, max_size=4
)
LINES = st.lists(
    st.tuples(st.integers(0, 5_000), st.integers(1, 4), st.sampled_from(["", "", "cut", "pool", "gym"])),
    min_size=1,
    max_size=6,
)


def wallet_of(lots):
    """Return a member's lots of uses, each bought at a price of its own, all of them here."""
    return [uses_view(plan, n + 1, uses, paid=paid, uses=uses) for n, (plan, paid, uses) in enumerate(lots)]


def basket_of(lines, views):
    """Return a basket with as many of the wanted covers as the lots allow, and its catalogue."""
    catalogue = Catalogue(ProductRow(f"{n}", "美发", "服务", "次", amount) for n, (amount, _, _) in enumerate(lines))
    basket = Basket()
    for n, (_, pieces, _) in enumerate(lines):
        basket = add(basket, catalogue, f"{n}", pieces * 1000, merge=False)
    basket = set_member(basket, MEMBER, "")
    left = {code: sum(one.rights for one in views if one.asset == uses_asset(code)) for code in ("cut", "pool")}
    for n, (_, pieces, plan) in enumerate(lines, start=1):
        wanted = pieces * (MINUTES.each if plan == "pool" else 1)
        if plan == "gym" or (plan and wanted <= left[plan]):
            basket = set_cover(basket, n, plan)
            if plan != "gym":
                left[plan] -= wanted
    return basket, catalogue


def sell(lines, lots, rounding, by_value):
    """Return a priced basket, the fact of its sale (partly by stored value) and what paid."""
    views = wallet_of(lots)
    basket, catalogue = basket_of(lines, views)
    basket = set_order_discount(basket, Off(per_mille=70, approved_by="201"))
    plans = held(ANY, MINUTES, MONTH, views=views)
    priced = price(basket, catalogue, rounding=rounding, plans=plans)
    value = priced.due * by_value // 100
    uses, tenders = plan_uses(priced), plan_tenders(priced)
    if value:
        uses += plan_spend([view(90, rights=value)], DAY, value)
        tenders += (Tender("stored_value", value),)
    if priced.due > value:
        tenders += (Tender("cash", priced.due - value),)
    return priced, views, sale_fact(DESK, b"S" * 16, "西湖-0005", MEMBER, priced, tenders, uses)


@LAW
@given(LINES, LOTS, ROUNDINGS, st.integers(0, 100))
def test_a_covered_line_is_explained_and_exact(lines, lots, rounding, by_value):
    """Steps sum to what each line costs; a covered line is shared by its own uses alone; none is overdrawn."""
    priced, views, fact = sell(lines, lots, rounding, by_value)
    uses = fact.body.uses
    for line, shown in zip(fact.body.lines, priced.lines, strict=True):
        assert sum(step.amount for step in shown.steps) == shown.charged >= 0
        assert shown.list_amount + sum(amount for _, amount in shown.discounts) + shown.rounding == shown.charged
        if shown.cover is not None:
            assert sum(line.shares) == line.charged <= line.list_amount
            assert line.rounding == 0
            own = {use.lot: use for use in shown.cover.uses}
            shares = [own[use.lot].value if use.lot in own else 0 for use in uses]
            assert list(line.shares) == shares
    here = {one.lot: one.rights for one in views}
    assert all(use.amount <= here[use.lot] for use in uses if use.lot in here)
    assert all(use.worth >= use.value for use in plan_uses(priced))
    assert not unbalanced(fact.postings)
    for n, use in enumerate(uses):
        assert sum(line.shares[n] for line in fact.body.lines) == use.value


@LAW
@given(LINES, LOTS, ROUNDINGS, st.integers(0, 100), st.data())
def test_a_sale_and_its_refunds_end_at_zero(lines, lots, rounding, by_value, data):
    """Refunded piece by piece in any order, every account is back at zero, and every use is back in its lot."""
    _, _, fact = sell(lines, lots, rounding, by_value)
    facts, left = [fact], sold(fact.body)
    pieces = [n for n, line in enumerate(left.lines) for _ in range(line.milli_qty // 1000)]
    order = data.draw(st.permutations(pieces))
    while order:
        many = data.draw(st.integers(1, len(order)))
        wanted, order = order[:many], order[many:]
        plan = plan_refund(left, [(n, wanted.count(n) * 1000) for n in sorted(set(wanted))])
        assert all(use.amount >= 0 and use.value >= 0 and use.worth >= use.value for use in plan.left.uses if use.worth)
        facts.append(refund_fact(DESK, b"R" * 16, plan, tenders=plan.tenders, approved_by="201", reason="退"))
        left = plan.left
    assert summed(facts) == {}
    moved = {}
    for one in facts:
        for move in one.moves:
            sign = 1 if move.reason is Reason.REFUND else -1
            moved[move.lot] = moved.get(move.lot, 0) + sign * move.amount
    assert not any(moved.values())


@LAW
@given(st.integers(0, 50_000), st.integers(1, 30), st.integers(0, 2_000), st.data())
def test_what_was_paid_ahead_ends_at_zero(paid, uses, listed, data):
    """Sold, used in any portions, some given back, the rest expired: the prepaid account is at zero then."""
    plan = PlanRow("card", "次卡", "count", paid, uses=uses)
    fact, bought = buy(plan)
    facts, (lot,) = [fact], bought.lots
    catalogue = Catalogue([ProductRow("a", "洗发", "美发", "次", listed)])
    left = uses
    assert ahead(summed(facts)) == -uses * use_worth(lot.terms)
    while left and data.draw(st.booleans()):
        many = data.draw(st.integers(1, left))
        basket = set_member(add(Basket(), catalogue, "a", many * 1000), MEMBER, "")
        views = [as_view(lot, left)]
        priced = price(set_cover(basket, 1, "card"), catalogue, plans={"card": held_uses(plan, views, DAY)})
        sale = sale_fact(DESK, b"S" * 16, "西湖-0006", MEMBER, priced, plan_tenders(priced), plan_uses(priced))
        facts.append(sale)
        left -= many
        back = data.draw(st.integers(0, many))
        if back:
            refund = plan_refund(sold(sale.body), [(0, back * 1000)])
            facts.append(refund_fact(DESK, b"R" * 16, refund, tenders=(), approved_by="201", reason="退"))
            left += back
        assert ahead(summed(facts)) == -left * use_worth(lot.terms)
    if left:
        facts.append(expire_fact(DESK, b"W" * 16, [as_view(lot, left)]))
    assert ahead(summed(facts)) == 0
    assert (lot.lot, lot.asset) not in summed(facts)


@LAW
@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=8), st.integers(1, 90))
def test_a_card_holds_as_many_days_as_were_paid_for(steps, days):
    """However often a card is frozen and thawed, it holds on exactly so many days as it was sold for, to its last."""
    plan, day, holds = replace(GYM, price=0, days=days), date(2026, 3, 1), 0
    desk = DESK._replace(day=day.isoformat())
    row = after(None, sold_fact(desk, b"E" * 16, "西湖-0007", MEMBER, plan, tenders=()).body)
    for wait, change in (*steps, (0, True)):
        for _ in range(wait):
            holds += valid(row, day.isoformat())
            day += timedelta(days=1)
        desk = DESK._replace(day=day.isoformat())
        if row.frozen_on:
            row = after(row, thaw_fact(desk, row, BY).body)
        elif change and row.last_day >= desk.day:
            row = after(row, freeze_fact(desk, row, BY).body)
            row = after(row, thaw_fact(desk, row, BY).body)
            row = after(row, freeze_fact(desk, row, BY).body) if wait % 2 else row
    if row.frozen_on:
        row = after(row, thaw_fact(desk, row, BY).body)
    while day.isoformat() <= row.last_day:
        holds += valid(row, day.isoformat())
        day += timedelta(days=1)
    assert holds == days
