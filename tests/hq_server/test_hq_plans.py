"""Card plans at HQ: what uses paid is owed by who was paid for them; period cards end where the last word says."""

from dataclasses import replace

import msgspec
import pytest
from hq_plans import TEN, YEAR, Card, buy, cash, covered, use, uses_here
from hq_world import DAY, World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.clearing import net_positions
from commerce.entitlements import sold_fact
from commerce.errors import CommerceError
from commerce.plan_sales import bought_fact, plan_lots
from commerce.reference import FEED_BODIES, MEMBERS_FEED, EntitlementRow
from commerce.refund import plan_refund
from commerce.sale import sale_fact
from commerce.top_up import TopUpIds
from hq_server.distribution.rows import bodies
from hq_server.errors import HqError
from hq_server.head_office import catalogue, entitlements, members
from hq_server.head_office.act import Act
from hq_server.ledger import expiry, grants

MEMBER = b"m" * 16


@pytest.fixture
def world(tmp_path):
    """HQ with two shops."""
    world = World(tmp_path)
    world.issuer, world.other = world.shop("guanqian"), world.shop("xihu")
    yield world
    world.conn.close()


def grant(world, shop, lot, amount):
    """HQ grants some of its own to a shop."""
    world.do(lambda conn, hq, now: grants.grant(conn, hq, shop.no, [(lot, amount)], "request", 1, now))
    shop.take_grants()


def apply(world):
    """Everything arrives and is applied."""
    for shop in (world.issuer, world.other):
        shop.send()
    world.apply()


def matrix(world):
    """Who owes whom, without cells that came to zero."""
    return {
        (debtor, creditor): amount
        for debtor, creditor, amount in world.all("SELECT debtor, creditor, amount FROM clearing_totals")
        if amount
    }


def bring(world, plan=TEN, uses=4):
    """A plan is sold by one shop, and some uses lie in the other."""
    lot = buy(world.issuer, MEMBER, plan, returned=uses)
    apply(world)
    grant(world, world.other, lot, uses)
    return lot


def test_the_issuer_owes_the_spender_what_uses_paid(world):
    """A wash bought for 30.00 pays at most its list price; what it was worth beyond is the issuer's to keep."""
    bring(world)
    use(world.other, MEMBER, (1, 4_000), (2, 5_000))
    apply(world)
    assert matrix(world) == {("guanqian", "xihu"): 3_000 + 5_000}
    assert world.codes() == []
    accounts = dict(world.all("SELECT account, amount FROM balances WHERE unit = 'money' AND amount <> 0"))
    assert accounts == {
        "cash:guanqian:cash": 30_005,
        "sales:guanqian": -5,
        "prepaid:guanqian": -30_000 + 9_000,
        "breakage:guanqian": -1_000,
        "sales:xihu": -8_000,
    }
    assert world.verify().violations == ()


def test_what_the_issuer_uses_itself_nobody_owes(world):
    """In the branch that sold the plan nothing is cleared."""
    buy(world.issuer, MEMBER)
    use(world.issuer, MEMBER, (3, 12_000))
    apply(world)
    assert matrix(world) == {}
    assert world.codes() == []
    assert world.verify().violations == ()


def test_a_refund_takes_back_exactly_what_its_lines_cleared(world):
    """Lines cheaper than their uses go back for what they were cleared, in any order, to zero."""
    bring(world)
    sale = use(world.other, MEMBER, (1, 2_500), (2, 8_000))
    apply(world)
    assert matrix(world) == {("guanqian", "xihu"): 2_500 + 6_000}
    world.other.refund(sale, (0, 1000))
    apply(world)
    assert matrix(world) == {("guanqian", "xihu"): 6_000}
    world.other.refund(sale, (1, 1000))
    apply(world)
    assert matrix(world) == {("guanqian", "xihu"): 3_000}
    world.other.refund(sale, (1, 1000))
    apply(world)
    assert matrix(world) == {}
    assert uses_here(world.other, MEMBER) == 4
    assert world.codes() == []
    assert world.verify().violations == ()


def test_a_claim_brings_uses_to_who_took_the_goods_back(world):
    """Released by the seller, the uses are granted on to the claimant, and nobody owes anybody any more."""
    bring(world)
    sale = use(world.other, MEMBER, (2, 8_000))
    claim = world.issuer.claim(sale, "xihu", (0, 2000))
    apply(world)
    world.other.release(claim, sale, "guanqian", (0, 2000))
    apply(world)
    world.issuer.take_grants()
    assert uses_here(world.issuer, MEMBER) == 6 + 2
    assert matrix(world) == {}
    assert world.verify().violations == ()


def told(fact, **change):
    """A sale's fact whose one use says something else."""
    (one,) = fact.body.uses
    return replace(fact, body=replace(fact.body, uses=(one._replace(**change),)))


@pytest.mark.parametrize(
    ("change", "owed"),
    [
        ({"value": 9_000, "worth": 9_000}, 3_000),
        ({"value": 2**40}, 3_000),
        ({"value": -1}, 0),
        ({"worth": 2_999}, 3_000),
        ({"amount": 2}, 3_000),
        ({"lot": b"?" * 16}, 0),
    ],
)
def test_what_the_price_of_the_plan_does_not_explain_is_shown(world, change, owed):
    """A use worth more than was paid for it is cleared for its worth, and a person looks."""
    bring(world)
    use(world.other, MEMBER, (1, 4_000), twist=lambda fact: told(fact, **change))
    apply(world)
    assert world.codes() == ["use_differs"]
    assert matrix(world) == ({("guanqian", "xihu"): owed} if owed else {})
    assert world.verify().violations == ()


def test_uses_that_cannot_be_read_clear_nothing(world):
    """Bytes that are no list of uses are shown, whatever they are."""
    bring(world)
    use(world.other, MEMBER, (1, 4_000), twist=lambda fact: replace(fact, body=replace(fact.body, uses=("?", 7))))
    apply(world)
    assert world.codes() == ["use_differs"]
    assert matrix(world) == {}
    assert world.verify().violations == ()


def test_a_count_sold_for_other_money_is_shown(world):
    """A plan's uses are worth what was paid for them: terms that say more than the till took are found."""
    ids = TopUpIds(*(world.issuer.ids() for _ in range(3)))
    bought = plan_lots(TEN, ids, owner=MEMBER, issuer="guanqian", day=DAY)
    fact = bought_fact(world.issuer.desk, world.issuer.ids(), "K1", MEMBER, bought, tenders=cash(TEN.price))
    world.issuer.write(replace(fact, body=replace(fact.body, tenders=cash(10_000))))
    apply(world)
    assert world.codes() == ["plan_differs"]


def test_a_plan_shared_with_head_office(world):
    """What the terms give issuer, HQ and spender of a use is shared as principal is."""
    bring(world, replace(TEN, principal_ratio=(1, 1, 1)))
    use(world.other, MEMBER, (1, 4_000))
    apply(world)
    assert matrix(world) == {("guanqian", "HQ"): 1_000, ("guanqian", "xihu"): 1_000}


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_clearing_of_uses_sums_to_zero(tmp_path_factory, data):
    """Whatever was used where and taken back: net positions sum to zero, the books replay, uses are conserved."""
    world = World(tmp_path_factory.mktemp("law"))
    world.issuer, world.other = world.shop("guanqian"), world.shop("xihu")
    ratio = data.draw(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 3)))
    plan = replace(
        TEN, principal_ratio=ratio, price=data.draw(st.integers(0, 50_000)), each=data.draw(st.integers(1, 2))
    )
    lot = bring(world, plan, uses=6)
    expected = 0
    for shop in data.draw(st.lists(st.sampled_from([world.issuer, world.other]), max_size=4)):
        lines = data.draw(st.lists(st.tuples(st.integers(1, 2), st.integers(0, 9_000)), min_size=1, max_size=2))
        try:
            sale = use(shop, MEMBER, *lines, plan=plan)
        except CommerceError:
            continue
        sold_value = sum(one.value for one in shop.sales[sale].uses)
        if data.draw(st.booleans()):
            number = data.draw(st.integers(0, len(lines) - 1))
            back = plan_refund(shop.sales[sale], [(number, 1000)])
            shop.refund(sale, (number, 1000))
            sold_value -= sum(one.value for one in back.uses)
        expected += sold_value if shop is world.other else 0
    apply(world)
    rows = world.all("SELECT debtor, creditor, col, sum(amount) FROM clearing_rows GROUP BY 1, 2, 3")
    assert sum(net_positions(rows).values()) == 0
    if ratio[:2] == (0, 0):
        assert sum(amount for *_, amount in rows) == expected
    left = world.one("SELECT issued - spent + refunded FROM lots WHERE lot = ?", lot)[0]
    assert left == uses_here(world.issuer, MEMBER, plan) + uses_here(world.other, MEMBER, plan)
    assert world.codes() == []
    assert world.verify().violations == ()
    world.conn.close()


def row(world, card):
    """A card's row as every branch reads it; None when it is gone."""
    key = f"entitlement:{card.id.hex()}"
    body = bodies(world.conn, world.hq, MEMBERS_FEED, [key], world.now)[key]
    return None if body is None else msgspec.msgpack.decode(body, type=FEED_BODIES["entitlement"])


def test_a_period_card_through_its_life(world):
    """Sold here, frozen there, thawed with its end moved, taken back: every branch reads how it stands."""
    card = Card(world.issuer, MEMBER)
    apply(world)
    assert row(world, card) == EntitlementRow(card.id, MEMBER, YEAR.code, DAY, "2027-11-28") == card.row
    assert (MEMBERS_FEED, f"entitlement:{card.id.hex()}") in world.all("SELECT feed, key FROM feed_dirty")
    card.freeze(world.other)
    apply(world)
    assert row(world, card).frozen_on == DAY
    card.thaw(world.issuer, "2026-12-09")
    apply(world)
    assert row(world, card) == EntitlementRow(card.id, MEMBER, YEAR.code, DAY, "2027-12-08") == card.row
    assert world.verify().violations == ()
    card.end(world.issuer)
    apply(world)
    assert row(world, card) is None
    (kept,) = members.detail(world.conn, MEMBER).entitlements if known(world) else ()
    assert (kept.state, kept.branch) == ("ended", "guanqian")
    assert world.codes() == []
    assert world.verify().violations == ()


def known(world):
    """Make the member one of HQ's list."""
    world.conn.execute("INSERT INTO members VALUES (?, '', 0, '', '', 0, x'', x'', x'', x'', '')", (MEMBER,))
    return True


def test_the_last_word_to_arrive_wins_and_what_does_not_fit_is_shown(world):
    """Two dark branches freeze and thaw one card: what arrives last stands, its end is shown as not explained."""
    card = Card(world.issuer, MEMBER)
    apply(world)
    here, there = card.row, card.row
    card.freeze(world.other, "2026-12-01")
    card.thaw(world.other, "2026-12-11")
    card.row = here
    card.freeze(world.issuer, "2026-12-05")
    world.issuer.send()
    world.apply()
    world.other.send()
    world.apply()
    assert row(world, card) == replace(there, last_day="2027-12-08")
    assert world.codes() == []
    card.row = replace(there, frozen_on=DAY)
    card.thaw(world.issuer, "2027-11-28")
    apply(world)
    assert world.codes() == ["entitlement_differs"]
    assert row(world, card).last_day == card.row.last_day
    assert world.verify().violations == ()


def test_taking_back_is_the_sellers(world):
    """Another branch pays back what it was not paid: the card is ended as it says, and a person looks."""
    card = Card(world.issuer, MEMBER)
    apply(world)
    card.end(world.other)
    apply(world)
    assert row(world, card) is None
    assert world.codes() == ["foreign_move"]
    assert world.verify().violations == ()


def test_acts_that_cannot_be(world):
    """An id sold twice, an act before the sale, an act after the end: shown; the first and the end stand."""
    card, other = Card(world.issuer, MEMBER), Card(world.other, MEMBER)
    world.issuer.send()
    world.apply()
    stranger = Card(world.issuer, MEMBER)
    del world.issuer.log.entries[-1]  # its sale is lost with the box; its freeze in another branch is not
    stranger.freeze(world.other)
    world.other.write(sold_fact(world.other.desk, card.id, "K2", MEMBER, YEAR, tenders=cash(YEAR.price)))
    apply(world)
    card.end(world.issuer)
    card.row = EntitlementRow(card.id, MEMBER, YEAR.code, DAY, "2030-01-01")
    card.freeze(world.other)
    apply(world)
    assert sorted(world.codes()) == ["entitlement_differs", "entitlement_twice", "entitlement_unknown"]
    assert row(world, card) is None
    assert row(world, stranger).frozen_on == DAY
    assert row(world, other) == other.row
    assert world.verify().violations == ()


@pytest.mark.parametrize(
    "change",
    [{"last_day": "2026-02-30"}, {"last_day": "2020-01-01"}, {"plan": "x" * 33}, {"member": b""}, {"day": "heute"}],
)
def test_dates_that_are_none_are_not_applied(world, change):
    """A card whose dates or ids cannot be is shown and distributed to nobody."""

    class Twisted(Card):
        def _write(self, shop, fact):
            super()._write(shop, replace(fact, body=replace(fact.body, **change)))

    card = Twisted(world.issuer, MEMBER)
    apply(world)
    assert world.codes() == ["entitlement_differs"]
    assert row(world, card) is None
    assert world.verify().violations == ()


def test_head_office_freezes_and_thaws(world):
    """The same facts in HQ's own log; a reason is needed, and the card must be one that can be."""
    card = Card(world.issuer, MEMBER)
    apply(world)

    def act(do, *args):
        return world.do(lambda conn, hq, now: do(conn, Act(hq, "chen.jing", now), *args))

    assert act(entitlements.freeze, card.id, "出国三个月", "2026-12-01").frozen_on == "2026-12-01"
    with pytest.raises(CommerceError, match="already_frozen"):
        act(entitlements.freeze, card.id, "再一次", "2026-12-01")
    assert act(entitlements.thaw, card.id, "回国", "2026-12-31").last_day == "2027-12-28"
    with pytest.raises(HqError, match="bad_value"):
        act(entitlements.freeze, card.id, " ", "2026-12-31")
    with pytest.raises(HqError, match="unknown_entitlement"):
        act(entitlements.freeze, b"?" * 16, "出国", "2026-12-31")
    assert row(world, card) == EntitlementRow(card.id, MEMBER, YEAR.code, DAY, "2027-12-28")
    assert world.verify().violations == ()


@pytest.mark.parametrize("damage", ["UPDATE entitlements SET last_day = '2099-12-31'", "DELETE FROM entitlements"])
def test_verify_finds_a_card_that_was_changed_by_hand(world, damage):
    """What the table says of a card must be what the logs say."""
    Card(world.issuer, MEMBER)
    apply(world)
    assert world.verify().ok
    world.conn.execute(damage)
    assert not world.verify().ok


def pass_by(shop, pieces, plan=YEAR):
    """A period card covers so many pieces in a shop."""
    priced = covered(shop, MEMBER, (pieces, 5_000), plan=plan)
    fact = sale_fact(shop.desk, shop.ids(), "S9", MEMBER, priced, ())
    assert fact.body.lines[0].discounts == (("plan:year", -5_000),)
    shop.write(fact)


def test_one_day_in_two_dark_branches_is_shown(world):
    """A card good for two visits a day is used twice here and once there, both dark: shown with what was allowed."""
    plan = replace(YEAR, per_day=2)
    world.do(lambda conn, hq, now: catalogue.put(conn, Act(hq, "chen.jing", now), "", plan))
    Card(world.issuer, MEMBER, plan)
    pass_by(world.issuer, 1, plan)
    pass_by(world.issuer, 1, plan)
    apply(world)
    assert world.codes() == []
    pass_by(world.other, 1, plan)
    apply(world)
    assert world.all("SELECT code, expected, found, branch FROM discrepancies") == [("period_overused", 2, 3, "xihu")]
    assert world.verify().violations == ()


def test_without_a_limit_nobody_asks(world):
    """A plan without a limit of one day, or one that HQ does not know, may be used wherever it is."""
    unlimited = replace(YEAR, per_day=0)
    Card(world.issuer, MEMBER, unlimited)
    for shop in (world.issuer, world.other):
        pass_by(shop, 5, unlimited)
    apply(world)
    world.do(lambda conn, hq, now: catalogue.put(conn, Act(hq, "chen.jing", now), "", unlimited))
    pass_by(world.other, 5, unlimited)
    apply(world)
    assert world.codes() == []
    assert world.one("SELECT sum(pieces) FROM period_uses") == (15,)


def test_uses_that_expire_are_the_issuers_to_keep(world):
    """HQ writes off what lies with it: what was paid for those uses is breakage of who sold them, all to the cent."""
    plan = replace(TEN, days=10)
    buy(world.issuer, MEMBER, plan, returned=4)
    use(world.issuer, MEMBER, (1, 4_000), plan=plan)
    apply(world)
    world.do(lambda conn, hq, now: expiry.expire_due(conn, hq, "2026-12-31", now, 100))
    assert world.one("SELECT own, expired FROM lots") == (0, 4)
    accounts = dict(world.all("SELECT account, amount FROM balances WHERE unit = 'money' AND amount <> 0"))
    assert accounts["prepaid:guanqian"] == -30_000 + 3_000 + 4 * 3_000
    assert accounts["breakage:guanqian"] == -4 * 3_000
    assert world.all("SELECT kind FROM orders") == [("expire",)]
    assert world.codes() == []
    assert world.verify().violations == ()
