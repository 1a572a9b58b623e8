"""Card plans at a till, in a real database: sold, used, refunded, frozen, taken back; the whole log verifies."""

from dataclasses import replace

import pytest
from edge_feed import grant, send
from edge_shop import DAY, LEAD, Shop
from paper_shop import text

from commerce.basket import set_cover, set_quantity
from commerce.errors import CommerceError, RuleError, ShortageError
from commerce.facts import Terms
from commerce.plans.row import PlanRow
from commerce.promotions.row import Target
from commerce.reference import CHAIN_FEED, MEMBERS_FEED, BalanceRow, EntitlementRow, branch_feed
from commerce.shifts import expected
from commerce.tender import Offer
from edge_node.errors import Code, EdgeError, MendInputError, NotNowError
from edge_node.ledger import reference_local
from edge_node.ledger.verify import verify
from edge_node.till import baskets, checkout, held_plans, plans, refunds, shifts, withdrawals
from edge_node.till.buyers import buyer
from edge_node.till.checkout import Payment
from edge_node.till.plans import PlanOrder
from edge_node.till.refunds import RefundOrder
from sync_protocol.entry import decode_entry

CUPS = PlanRow("cups", "奶茶10杯卡", "count", 12000, uses=10, days=365, target=Target((), ("饮品",)))
MONTH = PlanRow("month", "畅饮月卡", "period", 19900, days=30, per_day=2, target=Target(("tea",)))
GOLD = PlanRow("vip", "金卡年卡", "discount", 29900, days=365, tier="gold")
VALUE = PlanRow("v500", "储值500送50", "stored_value", 50000, bonus=5000)
POINTS = PlanRow("p500", "500积分", "points", 500, points=500)
FREE = PlanRow("free", "体验卡", "count", 0, uses=1, target=Target(("tea",)))
OLD = PlanRow("old", "旧卡", "count", 100, active=False, uses=1)


@pytest.fixture
def member(shop: Shop) -> bytes:
    """A member at a till with an open shift, where all plans are sold."""
    for row in (CUPS, MONTH, GOLD, VALUE, POINTS, FREE, OLD):
        shop.write(reference_local.write_row, shop.node, row, "301", shop.now)
    shop.books.forget()
    shop.open()
    return shop.register()


def buy(shop: Shop, member: bytes, plan: PlanRow):
    """Sell a plan for cash."""
    offers = [Offer("cash", plan.price)] if plan.price else []
    return shop.write(plans.sell, shop.at(), PlanOrder(member, plan.code, offers, plan.price))


def covered(shop: Shop, member: bytes, *items: tuple[str, int], plan: str = "cups") -> bytes:
    """Open a basket whose first line a plan pays for."""
    basket = shop.basket(*(items or (("tea", 1000),)), member=member)
    shop.write(baskets.change, shop.at(), basket, lambda old: set_cover(old, 1, plan))
    return basket


def pay(shop: Shop, basket: bytes, *offers: Offer):
    """Check a basket out."""
    return shop.write(checkout.checkout, shop.at(), basket, Payment(offers))


def back(shop: Shop, sale: bytes, *lines: tuple[int, int]):
    """Refund lines of a sale."""
    order = RefundOrder(sale, lines, in_cash=False, reason="退货")
    return shop.write(refunds.refund, shop.at(), order, LEAD)


def held(shop: Shop, member: bytes, day: str = DAY):
    """What the member holds."""
    book = shop.at().book
    return held_plans.held_plans(shop.conn, book, buyer(shop.conn, shop.node, book, member, day))


def sums(shop: Shop) -> dict[str, int]:
    """What the whole log posted in money, per account."""
    found: dict[str, int] = {}
    for (entry,) in shop.rows("SELECT entry FROM entries ORDER BY id"):
        for posting in decode_entry(entry).postings:
            if posting.unit == "money" and isinstance(posting.account, str):
                found[posting.account] = found.get(posting.account, 0) + posting.amount
    return {account: amount for account, amount in found.items() if amount}


def test_a_count_card_is_sold_used_and_refunded(shop: Shop, member: bytes):
    """Ten cups for 120.00: three used beside a cake paid in cash, two of them given back; all is in the books."""
    sold = buy(shop, member, CUPS)
    assert (sold.paid, sold.uses, sold.last_day, sold.balances) == (12000, 10, "2027-02-28", {"uses:cups": 10})
    assert sums(shop)[f"prepaid:{shop.node.branch}"] == -12000
    basket = covered(shop, member, ("tea", 3000), ("cake", 1000))
    done = pay(shop, basket, Offer("cash", 2200))
    assert (done.total, done.change, done.balances["uses:cups"]) == (3600 + 2200, 0, 7)
    assert [(tender.tender, tender.amount) for tender in done.tenders] == [("uses", 3600), ("cash", 2200)]
    assert sums(shop)[f"prepaid:{shop.node.branch}"] == -12000 + 3600
    receipt = text(shop)
    assert any("奶茶10杯卡" in line and "10 → 7" in line for line in receipt)
    assert any("会员卡抵用" in line and "36.00" in line for line in receipt)
    refunded = back(shop, done.sale, (0, 2000))
    assert (refunded.amount, refunded.money, [use.amount for use in refunded.uses]) == (2400, 0, [2])
    assert any("退回次数" in line and "+2" in line for line in text(shop))
    back(shop, done.sale, (0, 1000), (1, 1000))
    assert {one.plan: one.uses_here for one in held(shop, member)} == {"cups": 10}
    assert sums(shop) == {
        f"cash:{shop.node.branch}:cash": 12000,
        f"prepaid:{shop.node.branch}": -12000,
    }
    assert verify(shop.conn).violations == []


def test_uses_are_never_overdrawn(shop: Shop, member: bytes):
    """More than is here is refused with what there is; so is half a piece, and what the card does not name."""
    buy(shop, member, CUPS)
    basket = covered(shop, member, ("tea", 11000))
    with pytest.raises(ShortageError) as short:
        pay(shop, basket)
    assert (short.value.code, short.value.evidence["available"]) == ("uses_short", 10)
    catalogue = shop.at().book.catalogue
    shop.write(baskets.change, shop.at(), basket, lambda old: set_quantity(old, catalogue, 1, 10000))
    assert pay(shop, basket).total == 12000
    buy(shop, member, CUPS)
    other = shop.register("李四", "13900139000")
    for who, item, code in ((member, "cake", "plan_not_covering"), (other, "tea", "plan_not_held")):
        with pytest.raises(CommerceError, match=code):
            pay(shop, covered(shop, who, (item, 1000)), Offer("cash", 2200))
    assert verify(shop.conn).violations == []


def test_a_period_covers_so_much_a_day(shop: Shop, member: bytes):
    """Two cups a day for nothing; what came back may be had again; tomorrow there are two more, after its end none."""
    buy(shop, member, MONTH)
    first = pay(shop, covered(shop, member, ("tea", 2000), plan="month"))
    assert (first.total, first.tenders) == (0, ())
    (one,) = held(shop, member)
    assert (one.kind, one.uses_here, one.usable, one.why) == ("period", 0, False, "per_day_reached")
    basket = covered(shop, member, plan="month")
    with pytest.raises(RuleError, match="per_day_reached"):
        pay(shop, basket)
    back(shop, first.sale, (0, 1000))
    assert pay(shop, basket).total == 0
    assert held(shop, member, "2026-03-02")[0].uses_here == 2
    assert [(held(shop, member, day)[0].why) for day in ("2026-02-28", "2026-03-31")] == ["not_begun", "over"]


def test_a_discount_card_lifts_the_tier(shop: Shop, member: bytes):
    """Prices are those of gold while the card holds; frozen, it does not; thawed, it ends as much later."""
    card = buy(shop, member, GOLD)
    assert shop.sell([Offer("cash", 1350)], member=member).total == 1350
    shop.write(plans.freeze, shop.at(), card.issue, "出国", LEAD, frozen=True)
    assert shop.sell([Offer("cash", 1500)], member=member).total == 1500
    assert [(one.frozen, one.why) for one in held(shop, member)] == [(True, "frozen")]
    with pytest.raises(RuleError, match="already_frozen"):
        shop.write(plans.freeze, shop.at(), card.issue, "出国", LEAD, frozen=True)
    shop.write(shifts.count, shop.at(), (shop_cash(shop),))
    shop.write(shifts.close_shift, shop.at(LEAD), "清点")
    shop.open(day="2026-03-11")
    shop.write(plans.freeze, shop.at(), card.issue, "回国", LEAD, frozen=False)
    (one,) = held(shop, member, "2026-03-11")
    assert (one.usable, one.last_day, card.last_day) == (True, "2027-03-10", "2027-02-28")
    assert verify(shop.conn).violations == []


def shop_cash(shop: Shop):
    """What should lie in the drawer."""
    return expected(shifts.x_report(shop.conn, shop.till))[0]


@pytest.mark.parametrize("plan", [CUPS, MONTH, GOLD, VALUE, POINTS, FREE], ids=lambda row: row.kind)
def test_an_unused_plan_is_taken_back(shop: Shop, member: bytes, plan: PlanRow):
    """Sold and taken back, once: the drawer and all accounts are as before, the papers say so."""
    sold = buy(shop, member, plan)
    paper = text(shop)
    assert any(plan.name in line for line in paper)
    assert any("办卡" in line for line in paper)
    undone = shop.write(plans.undo, shop.at(), sold.issue, "买错了", LEAD, in_cash=True)
    assert sum(tender.amount for tender in undone.tenders) == plan.price
    assert any("买错了" in line for line in text(shop))
    assert sums(shop) == {}
    figures = shifts.x_report(shop.conn, shop.till)
    assert (figures.plans, figures.plans_sold, figures.withdrawn) == (1, plan.price, plan.price)
    with pytest.raises(NotNowError) as again:
        shop.write(plans.undo, shop.at(), sold.issue, "买错了", LEAD, in_cash=True)
    assert again.value.code is Code.ISSUE_UNDONE
    assert not [one for one in held(shop, member) if one.usable]
    assert verify(shop.conn).violations == []


@pytest.mark.parametrize(("plan", "code"), [(CUPS, "plan_used"), (MONTH, "plan_used"), (GOLD, "plan_used")])
def test_a_used_plan_stays(shop: Shop, member: bytes, plan: PlanRow, code: str):
    """What covered or lowered anything is not taken back, until those goods came back."""
    sold = buy(shop, member, plan)
    if plan is GOLD:
        used = shop.sell([Offer("cash", 1350)], member=member)
    else:
        used = pay(shop, covered(shop, member, plan=plan.code))
    with pytest.raises(RuleError, match=code):
        shop.write(plans.undo, shop.at(), sold.issue, "买错了", LEAD, in_cash=False)
    back(shop, used.sale, (0, 1000))
    assert shop.write(plans.undo, shop.at(), sold.issue, "买错了", LEAD, in_cash=False).tenders == sold.tenders
    assert sums(shop) == {}


def test_who_may_and_when(shop: Shop, member: bytes):
    """Freezing and taking back need a shift lead and a reason; plans that are not sold, or too old, are refused."""
    card, cups = buy(shop, member, MONTH), buy(shop, member, CUPS)
    at = shop.at()
    refused: list[tuple[object, object]] = [
        (lambda: shop.write(plans.freeze, at, card.issue, "出国", None, frozen=True), Code.APPROVAL_NEEDED),
        (lambda: shop.write(plans.freeze, at, card.issue, "出国", at.staff, frozen=True), Code.ROLE_NEEDED),
        (lambda: shop.write(plans.freeze, at, card.issue, " ", LEAD, frozen=True), Code.REASON_NEEDED),
        (lambda: shop.write(plans.freeze, at, cups.issue, "出国", LEAD, frozen=True), Code.UNKNOWN_ISSUE),
        (lambda: shop.write(plans.undo, at, card.issue, "错", None, in_cash=True), Code.APPROVAL_NEEDED),
        (lambda: shop.write(plans.undo, at, card.issue, "", LEAD, in_cash=True), Code.REASON_NEEDED),
        (lambda: shop.write(plans.undo, at, b"?" * 16, "错", LEAD, in_cash=True), Code.UNKNOWN_ISSUE),
        (lambda: shop.write(withdrawals.undo_top_up, at, cups.issue, "错", LEAD, in_cash=True), Code.UNKNOWN_ISSUE),
        (lambda: shop.write(plans.sell, at, PlanOrder(member, "nothing", [])), Code.UNKNOWN_RULE),
        (lambda: shop.write(plans.sell, at, PlanOrder(member, "cups", [Offer("cash", 1)], 1)), Code.TOTAL_CHANGED),
        (lambda: shop.write(plans.sell, at, PlanOrder(b"?" * 16, "cups", [])), Code.UNKNOWN_MEMBER),
    ]
    for act, code in refused:
        with pytest.raises(EdgeError) as caught:
            act()
        assert caught.value.code is code
    for offers in ([], [Offer("stored_value", 12000)], [Offer("uses", 12000)], [Offer("points", 12000)]):
        with pytest.raises(CommerceError):
            shop.write(plans.sell, at, PlanOrder(member, "cups", offers))
    with pytest.raises(RuleError, match="plan_inactive"):
        shop.write(plans.sell, at, PlanOrder(member, "old", [Offer("cash", 100)]))
    shop.conn.execute("UPDATE members SET frozen = 1")
    basket = covered(shop, member)
    for act in (lambda: buy(shop, member, FREE), lambda: pay(shop, basket)):
        with pytest.raises(NotNowError) as caught:
            act()
        assert caught.value.code is Code.MEMBER_FROZEN
    assert {one.why for one in held(shop, member)} == {"member_frozen"}


def test_too_old_to_take_back(shop: Shop, member: bytes):
    """A plan is taken back within the days that a top-up is."""
    sold = buy(shop, member, CUPS)
    shop.write(shifts.count, shop.at(), (shop_cash(shop),))
    shop.write(shifts.close_shift, shop.at(LEAD), "")
    shop.open(day="2026-03-20")
    with pytest.raises(NotNowError) as caught:
        shop.write(plans.undo, shop.at(), sold.issue, "买错了", LEAD, in_cash=True)
    assert caught.value.code is Code.AMOUNT_NOT_ALLOWED


def test_points_are_earned_as_the_chain_decides(shop: Shop, member: bytes):
    """What uses paid earns as stored value does: here it does not, the cake's cash does."""
    buy(shop, member, CUPS)
    done = pay(shop, covered(shop, member, ("tea", 1000), ("cake", 1000)), Offer("cash", 2200))
    assert done.points_earned in {22, 34}
    setting = shop.at().book.settings.points_on_stored_value
    assert done.points_earned == (34 if setting else 22)
    taken = back(shop, done.sale, (0, 1000))
    assert taken.points_back == (12 if setting else 0)


def test_what_head_office_says(shop: Shop, member: bytes):
    """Cards sold elsewhere come by feed and hold here; uses placed here are used; what lies elsewhere is told."""
    card = EntitlementRow(b"E" * 16, member, "month", DAY, "2026-03-30")
    send(shop, MEMBERS_FEED, (f"entitlement:{card.entitlement.hex()}", card))
    assert pay(shop, covered(shop, member, plan="month")).total == 0
    with pytest.raises(MendInputError) as caught:
        shop.write(plans.undo, shop.at(), card.entitlement, "错", LEAD, in_cash=True)
    assert caught.value.code is Code.UNKNOWN_ISSUE
    frozen = replace(card, frozen_on=DAY)
    send(shop, MEMBERS_FEED, (f"entitlement:{card.entitlement.hex()}", frozen))
    assert [one.why for one in held(shop, member)] == ["frozen"]
    send(shop, MEMBERS_FEED, (f"entitlement:{card.entitlement.hex()}", None))
    assert held(shop, member) == ()
    balance = BalanceRow(member, (("uses:cups", 8),), 1)
    send(shop, branch_feed(shop.node.branch), (f"balance:{member.hex()}", balance))
    assert [(one.id, one.uses_chain, one.why) for one in held(shop, member)] == [("", 8, "elsewhere")]
    grant(shop, member, asset="uses:cups", granted=2, terms=Terms(paid=12000, uses=10, plan="cups"))
    assert [(one.uses_here, one.uses_chain, one.usable) for one in held(shop, member)] == [(2, 8, True)]
    done = pay(shop, covered(shop, member, ("tea", 2000)))
    assert (done.total, done.tenders[0].amount) == (2400, 2400)
    assert sums(shop)["prepaid:b002"] == 2400
    assert verify(shop.conn).violations == []


def test_a_plan_that_left_the_chain_is_not_usable(shop: Shop, member: bytes):
    """Without its row nobody knows what a plan covers: it is shown, not used, and comes back with the row."""
    buy(shop, member, CUPS)
    shop.write(reference_local.remove_row, shop.node, "plan:cups", "301", shop.now)
    shop.books.forget()
    assert [(one.name, one.why) for one in held(shop, member)] == [("cups", "unknown_plan")]
    send(shop, CHAIN_FEED, ("plan:cups", CUPS), ("plan:bad", replace(CUPS, code="bad", uses=0)))
    assert [one.why for one in held(shop, member)] == [""]
    assert "bad" not in shop.at().book.plans


def test_an_ended_card_stays_ended(shop: Shop, member: bytes):
    """An older row of HQ does not bring a card back that this branch took back."""
    sold = buy(shop, member, MONTH)
    shop.write(plans.undo, shop.at(), sold.issue, "错", LEAD, in_cash=True)
    row = EntitlementRow(sold.issue, member, "month", DAY, sold.last_day)
    send(shop, MEMBERS_FEED, (f"entitlement:{sold.issue.hex()}", row))
    assert held(shop, member) == ()
