"""Uses and coupons go where their member goes, and where a branch asks for them."""

import pytest
from branch_world import Chain
from hq_plans import TEN, buy, use, uses_here

from commerce.desk import hq_desk
from commerce.facts import LotIssue, Tender, Terms
from commerce.reference import BalanceRow
from commerce.top_up import TopUpIds, given_fact, plan_top_up, top_up_fact
from hq_server.ledger import placing
from hq_server.storage.database import transaction

MEMBER = b"m" * 16


@pytest.fixture
def chain(tmp_path):
    """Two branches; the member comes to the second one."""
    chain = Chain(tmp_path)
    one, two = chain.box("b001"), chain.box("b002")
    one.connect(), two.connect()
    chain.pump()
    for _ in range(3):
        two.shop.sell(MEMBER, 1_000, value=0)
    chain.pump()
    yield chain
    assert chain.verify().violations == ()
    chain.conn.close()


def test_what_lies_at_hq_is_placed_where_the_member_comes(chain):
    """Uses that the selling branch gives back go to the branch that the member visits."""
    one, two = chain.boxes
    buy(one.shop, MEMBER, returned=7)
    chain.pump()
    assert (uses_here(one.shop, MEMBER), uses_here(two.shop, MEMBER)) == (3, 7)


def test_a_branch_asks_for_uses(chain):
    """The whole of a plan lies where it was sold: what another branch asks for is fetched, no more, and used there."""
    one, two = chain.boxes
    buy(one.shop, MEMBER)
    chain.pump()
    assert uses_here(two.shop, MEMBER) == 0
    n = two.ask(MEMBER, 2, "uses:wash10")
    chain.pump()
    assert two.answers[n].refused == ""
    assert (uses_here(one.shop, MEMBER), uses_here(two.shop, MEMBER)) == (8, 2)
    use(two.shop, MEMBER, (2, 8_000))
    chain.pump()
    assert chain.one("SELECT debtor, creditor, amount FROM clearing_totals") == ("b001", "b002", 6_000)
    balance = two.rows[f"balance:{MEMBER.hex()}"]
    assert isinstance(balance, BalanceRow)
    assert balance.balances == (("uses:wash10", 8),)


def test_a_wish_for_more_than_there_is_moves_nothing(chain):
    """All or nothing: who asks for an eleventh use hears no, and the ten stay where they are."""
    one, two = chain.boxes
    buy(one.shop, MEMBER, TEN)
    chain.pump()
    n, other = two.ask(MEMBER, 11, "uses:wash10"), two.ask(MEMBER, 1, "uses:spa")
    chain.pump()
    assert (two.answers[n].refused, two.answers[other].refused) == ("rights_short", "rights_short")
    assert (uses_here(one.shop, MEMBER), uses_here(two.shop, MEMBER)) == (10, 0)


def test_stored_value_is_planned_without_what_plans_covered(chain):
    """A visit that a plan paid for needs no value the next time: the sketch remembers it as a small one."""
    one, two = chain.boxes
    buy(two.shop, MEMBER)
    one.shop.top_up(MEMBER, 50_000)
    for _ in range(8):
        use(two.shop, MEMBER, (1, 900_000))
    chain.pump()
    assert two.shop.can_pay(MEMBER) <= 2_000


def test_what_head_office_gave_is_placed_at_once(chain):
    """Coupons given by the office lie in the member's branch before the member comes, if it can be reached."""
    two = chain.boxes[1]
    lot = give(chain, "coupon:june", 3)
    assert two.shop.log.holdings.get(lot) is None
    changed(chain)
    assert two.shop.log.holdings[lot].rights == 3


def test_what_head_office_gave_waits_for_a_branch(chain):
    """While no branch can be reached it stays noted, and a branch may ask for it like for anything."""
    one, two = chain.boxes
    one.cut(), two.cut()
    lot = give(chain, "coupon:june", 3)
    changed(chain)
    one.connect()
    chain.pump()
    n = one.ask(MEMBER, 1, "coupon:june")
    chain.pump()
    assert one.answers[n].refused == ""
    assert one.shop.log.holdings[lot].rights == 1
    assert placed(chain) == [1]
    two.connect()
    chain.pump()
    assert two.shop.log.holdings[lot].rights == 2
    assert placed(chain) == [0]


def test_who_never_bought_is_known_where_they_are_at_home(chain):
    """A new member's coupons lie in the branch that registered them, where the first visit is likely."""
    one = chain.boxes[0]
    new = b"n" * 16
    chain.do(lambda conn, _hq, _now: conn.execute("INSERT INTO seen VALUES (?, 'b001')", (new,)))
    lot = give(chain, "coupon:june", 2, new)
    chain.pump()
    assert one.shop.log.holdings[lot].rights == 2
    assert placed(chain) == [0]


@pytest.mark.parametrize("owner", [MEMBER, b"o" * 16])
def test_value_topped_up_at_head_office_lies_where_the_member_comes(chain, owner):
    """Stored value that the office sold is spread as after a visit, also that of somebody merged into the member."""
    two = chain.boxes[1]
    merged = "INSERT INTO members VALUES (?, '', 0, '', '', 0, ?, x'', x'', x'', '')"
    chain.do(lambda conn, _hq, _now: conn.execute(merged, (b"o" * 16, MEMBER)))
    ids = TopUpIds(*(chain.ids() for _ in range(3)))
    plan = plan_top_up(30_000, None, ids, owner=owner, issuer="HQ", day="2026-11-29")
    desk, paid = hq_desk("2026-11-29", "chen.jing"), (Tender("bank_transfer", 30_000),)
    fact = top_up_fact(desk, chain.ids(), "", owner, plan, tenders=paid)
    chain.do(lambda conn, hq, now: chain.reconciler.own(conn, hq, [fact], now))
    chain.do(lambda conn, _hq, _now: placing.mark(conn, MEMBER))
    assert two.shop.can_pay(owner) == 0
    changed(chain)
    assert two.shop.can_pay(owner) > 0
    assert placed(chain) == [0]


def placed(chain):
    """How many members wait for a branch."""
    return list(chain.one("SELECT count(*) FROM to_place"))


def give(chain, asset, count, member=MEMBER):
    """HQ gives the member a lot of its own, as the office does."""
    lot = chain.ids()
    what = LotIssue(lot, member, "member", asset, "HQ", count, "2026-11-29", "", b"", Terms())
    fact = given_fact(hq_desk("2026-11-29", "chen.jing"), chain.ids(), member, (what,), act="campaign", reason="周年庆")
    chain.do(lambda conn, hq, now: chain.reconciler.own(conn, hq, [fact], now))
    chain.do(lambda conn, _hq, _now: placing.mark(conn, member))
    return lot


def changed(chain):
    """The office tells HQ's core that something changed."""
    with transaction(chain.conn):
        chain.core.changed(chain.conn, chain.now)
    chain.pump()
