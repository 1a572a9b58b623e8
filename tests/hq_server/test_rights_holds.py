"""Members on their way to the till keep what was fetched for them."""

import pytest
from branch_world import Chain

from hq_server.rights.holds import Holds
from hq_server.rights.limits import HOLD_MS

MEMBER, OTHER = b"m" * 16, b"o" * 16


@pytest.fixture
def chain(tmp_path):
    """Two branches; the member buys in the second one only, and tops up in the first."""
    chain = Chain(tmp_path)
    one, two = chain.box("b001"), chain.box("b002")
    one.connect(), two.connect()
    chain.pump()
    for _ in range(6):
        two.shop.sell(MEMBER, 1_000, value=0)
    chain.pump()
    return chain


def test_hold_ends_by_itself_or_by_a_sale():
    """A hold stands for its time, is not prolonged by more of the same, and ends when the member has bought."""
    holds = Holds()
    holds.begin([MEMBER, OTHER], 100)
    holds.begin([MEMBER], 5_000)
    holds.lift([OTHER])
    assert (MEMBER in holds, OTHER in holds) == (True, False)
    assert holds.due(99 + HOLD_MS) == set()
    assert holds.due(100 + HOLD_MS) == {MEMBER}
    assert MEMBER not in holds


def test_fresh_value_stays_until_the_sale(chain):
    """What was just topped up is not recalled before the member has paid with it."""
    one, two = chain.boxes
    one.shop.top_up(MEMBER, 3_000)
    chain.pump()
    assert one.shop.can_pay(MEMBER) == 3_000
    one.shop.sell(MEMBER, 500)
    chain.pump()
    assert two.shop.can_pay(MEMBER) >= 1_000


def test_fresh_value_is_placed_when_nobody_buys(chain):
    """After a while value goes where it is likely wanted, though the member only topped up."""
    one, two = chain.boxes
    one.shop.top_up(MEMBER, 3_000)
    chain.pump()
    chain.now += HOLD_MS
    chain.pump()
    assert two.shop.can_pay(MEMBER) >= 1_000
    (at_hq,) = chain.one("SELECT sum(own) FROM lots")
    assert one.shop.can_pay(MEMBER) + two.shop.can_pay(MEMBER) + at_hq == 3_000
    assert chain.verify().ok


def test_rights_that_a_branch_asked_for_stay_until_the_sale(chain):
    """Rights gathered for an asker are not called away again before it has sold, whatever the plan would like."""
    one, two = chain.boxes
    two.shop.top_up(MEMBER, 3_000)
    two.shop.sell(MEMBER, 100)
    chain.pump()
    n = one.ask(MEMBER, 2_500)
    chain.pump()
    assert one.answers[n].refused == ""
    assert one.shop.can_pay(MEMBER) == 2_500
    one.shop.sell(MEMBER, 2_500)
    chain.pump()
    assert chain.codes() == []
    assert chain.verify().ok


def test_standing_order_does_not_swallow_a_grant(chain):
    """An order to give a lot back ends where rights to it are granted anew."""
    one, two = chain.boxes
    two.shop.top_up(MEMBER, 3_000)
    two.shop.sell(MEMBER, 100)
    chain.pump()
    lot = next(iter(two.shop.lots))
    one_no = one.shop.no
    chain.do(lambda conn, _hq, now: conn.execute("INSERT INTO orders VALUES (?, ?, 'keep', 0, ?)", (lot, one_no, now)))
    n = one.ask(MEMBER, 2_000)
    chain.pump()
    assert one.answers[n].refused == ""
    assert one.shop.can_pay(MEMBER) == 2_000
