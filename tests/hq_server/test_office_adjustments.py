"""Adjustments: two people put a balance right by facts of HQ, out of what lies at HQ; the books hold."""

import pytest
from branch_world import Chain
from hq_world import DAY

from commerce.errors import CommerceError
from hq_server.errors import HqError
from hq_server.head_office import adjustments, branches, registration
from hq_server.head_office.act import Act
from hq_server.ledger import lots

ZHANG = registration.NewMember("guanqian", "张伟", "13800010001")


@pytest.fixture
def chain(tmp_path):
    """HQ with its core, a branch and a member."""
    chain = Chain(tmp_path)
    do(chain, branches.register, "guanqian", "观前街店")
    chain.member = do(chain, registration.register, ZHANG, DAY, chain.ids)
    yield chain
    chain.conn.close()


def do(chain, function, *args, by="chen.jing"):
    """Run ``function(conn, act, *args)`` as somebody."""
    return chain.do(lambda conn, hq, now: function(conn, Act(hq, by, now), *args))


def propose(chain, asset, amount, last_day="", reason="补录", member=None):
    """Propose an adjustment."""
    return do(chain, adjustments.propose, chain.ids(), member or chain.member, asset, amount, last_day, reason)


def decide(chain, found, by="zhao.min", day=DAY):
    """Approve one."""
    return do(chain, adjustments.approve, found.adjustment, day, chain.ids, by=by)


def balances(chain):
    """What the member has."""
    return {asset: left for asset, left in lots.balances(chain.conn, chain.member).items() if left}


@pytest.mark.parametrize("asset", ["principal", "bonus", "points"])
def test_what_two_people_give_they_can_take_again(chain, asset):
    """Given out of nothing at HQ's expense, taken out of HQ's own; each time the books balance and verify."""
    given = decide(chain, propose(chain, asset, 5_000))
    assert (given.state, given.decided_by) == ("done", "zhao.min")
    assert balances(chain) == {asset: 5_000}
    decide(chain, propose(chain, asset, -2_000))
    assert balances(chain) == {asset: 3_000}
    if asset == "principal":
        assert chain.one("SELECT amount FROM balances WHERE account = 'cash:HQ:adjustment'") == (3_000,)
    assert chain.codes() == []
    assert chain.verify().ok


def test_it_takes_another_person_and_happens_once(chain):
    """Whoever proposes cannot approve; what was decided is decided."""
    found = propose(chain, "points", 100)
    with pytest.raises(HqError, match="same_person"):
        decide(chain, found, by="chen.jing")
    assert balances(chain) == {}
    decide(chain, found)
    for again in (lambda: decide(chain, found), lambda: do(chain, adjustments.withdraw, found.adjustment)):
        with pytest.raises(HqError, match="not_proposed"):
            again()
    assert balances(chain) == {"points": 100}


def test_a_proposal_is_turned_down(chain):
    """What was turned down changes nothing, for ever."""
    found = propose(chain, "bonus", 100)
    assert do(chain, adjustments.withdraw, found.adjustment, by="zhao.min").state == "withdrawn"
    with pytest.raises(HqError, match="not_proposed"):
        decide(chain, found)
    assert balances(chain) == {}


def test_only_what_lies_at_head_office_is_taken(chain):
    """What branches hold must be gathered first; the refusal says how much is here."""
    shop = chain.shop("guanqian")
    shop.top_up(chain.member, 10_000, returned=(4_000,))
    shop.send()
    chain.apply()
    with pytest.raises(HqError) as refused:
        propose(chain, "principal", -4_001)
    assert refused.value.evidence == {"asked": 4_001, "available": 4_000}
    decide(chain, propose(chain, "principal", -4_000))
    assert balances(chain) == {"principal": 6_000}
    assert chain.verify().ok


@pytest.mark.parametrize(
    "odd",
    [
        ("coupon:x", 1),
        ("principal", 0),
        ("principal", 10**12),
        ("points", 5, "2026-13-01"),
        ("points", -5, "2027-01-01"),
        ("principal", 5, "2027-01-01"),
        ("points", 5, "", " "),
    ],
)
def test_odd_proposals_are_refused(chain, odd):
    """Nothing out of form is proposed."""
    with pytest.raises((HqError, CommerceError)):
        propose(chain, *odd)
    with pytest.raises(HqError, match="unknown_member"):
        propose(chain, "points", 5, member=b"?" * 16)
    assert chain.one("SELECT count(*) FROM adjustments") == (0,)


def test_what_would_be_over_is_not_given(chain):
    """A proposal that waited beyond its last day gives nothing."""
    found = propose(chain, "points", 5, "2026-12-01")
    with pytest.raises(HqError, match="bad_value"):
        decide(chain, found, day="2026-12-02")
    assert balances(chain) == {}
