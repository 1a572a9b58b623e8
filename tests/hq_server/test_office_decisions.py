"""What people decide about value: claims on sales that never were, rights set aside, a member's value gathered."""

import pytest
from branch_world import Chain
from hq_world import DAY

from commerce.facts import Fact, RightsReturned
from commerce.moves import Move, Reason
from hq_server.distribution import feed
from hq_server.errors import HqError
from hq_server.head_office import member_orders, releases
from hq_server.head_office.act import Act
from hq_server.ledger import claims, grants

MEMBER = b"m" * 16


@pytest.fixture
def chain(tmp_path):
    """HQ with its core."""
    return Chain(tmp_path)


@pytest.fixture
def shop(chain):
    """A shop that sold value and goods."""
    shop = chain.shop("guanqian")
    shop.lots_of_member = shop.top_up(MEMBER, 10_000)
    shop.send()
    chain.apply()
    return shop


def do(chain, function, *args, by="chen.jing"):
    """Run ``function(conn, act, *args)`` as somebody."""
    return chain.do(lambda conn, hq, now: function(conn, Act(hq, by, now), *args))


def decide(chain, kind, subject):
    """One proposes, another approves."""
    proposal = do(chain, releases.propose, chain.ids(), releases.Subject(kind, subject), "查过")
    with pytest.raises(HqError, match="same_person"):
        do(chain, releases.approve, proposal.release, DAY)
    return do(chain, releases.approve, proposal.release, DAY, by="zhao.min")


# --- a claim on a sale that nobody made


def test_two_people_refuse_a_claim_on_no_sale(chain, shop):
    """The claimant hears that it is refused; no value moved; the books hold."""
    other = chain.shop("xihu")
    claim = other.claim(b"?" * 16, "guanqian", (0, 1000))
    other.send()
    chain.apply()
    assert [found.sale_known for found in releases.unanswered(chain.conn, 9)] == [False]
    with pytest.raises(HqError, match="unknown_sale"):
        chain.do(lambda c, hq, now: claims.release_at_hq(c, hq, claim, DAY, "张三", "李四", now))
    chain.do(feed.sequence)
    assert decide(chain, "claim_refusal", claim).state == "done"
    found = claims.by_id(chain.conn, claim)
    assert (found.state, found.answer.refused) == ("refused", "unknown_sale")
    assert ("branch:xihu", f"claim:{claim.hex()}") in chain.all("SELECT feed, key FROM feed_dirty")
    assert releases.unanswered(chain.conn, 9) == []
    with pytest.raises(HqError, match="not_waiting"):
        do(chain, releases.propose, chain.ids(), releases.Subject("claim_refusal", claim), "再来")
    assert chain.codes() == []
    assert chain.verify().ok


def test_a_claim_on_a_sale_that_is_here_is_released_not_refused(chain, shop):
    """Once the sale has arrived nobody can refuse in its seller's place: two people release, the sale decides."""
    sale = shop.sell(MEMBER, 3_000)
    other = chain.shop("xihu")
    claim = other.claim(sale, "guanqian", (0, 3000))
    other.send()
    chain.apply()
    proposal = do(chain, releases.propose, chain.ids(), releases.Subject("claim_refusal", claim), "没有这笔")
    shop.send()
    chain.apply()
    shop.close()
    with pytest.raises(HqError, match="sale_known"):
        do(chain, releases.approve, proposal.release, DAY, by="zhao.min")
    with pytest.raises(HqError, match="sale_known"):
        chain.do(lambda c, hq, now: claims.refuse_at_hq(c, hq, claim, DAY, "张三", "李四", now))
    assert decide(chain, "claim", claim).state == "done"
    assert claims.by_id(chain.conn, claim).state == "released"
    assert chain.verify().ok


def test_a_refused_claim_can_be_made_again(chain, shop):
    """The sale comes after all: a new claim on it is answered; the refused one stays refused."""
    sale = shop.sell(MEMBER, 3_000)
    other = chain.shop("xihu")
    first = other.claim(sale, "guanqian", (0, 3000))
    other.send()
    chain.apply()
    decide(chain, "claim_refusal", first)
    shop.send()
    chain.apply()
    second = other.claim(sale, "guanqian", (0, 3000))
    other.send()
    chain.apply()
    shop.release(second, sale, "xihu", (0, 3000))
    shop.send()
    chain.apply()
    assert [claims.by_id(chain.conn, claim).state for claim in (first, second)] == ["refused", "released"]
    assert chain.codes() == []
    assert chain.verify().ok


@pytest.mark.parametrize(("staff", "approver"), [("", "李四"), ("张三", ""), ("张三", "张三")])
def test_one_person_alone_decides_nothing(chain, shop, staff, approver):
    """Refusing and freeing take two names, whoever calls."""
    other = chain.shop("xihu")
    claim = other.claim(b"?" * 16, "guanqian", (0, 1000))
    other.send()
    chain.apply()
    with pytest.raises(HqError, match="same_person"):
        chain.do(lambda c, hq, now: claims.refuse_at_hq(c, hq, claim, DAY, staff, approver, now))
    with pytest.raises(HqError, match="same_person"):
        chain.do(lambda c, hq, now: grants.free_aside(c, hq, shop.lots_of_member[0], staff, approver, now))


# --- rights that were set aside


def test_two_people_free_what_was_set_aside(chain, shop):
    """A return of rights that HQ did not know of lies aside; freed by two, it is HQ's, and the exposure has a name."""
    (lot,) = shop.lots_of_member
    shop.write(Fact("rights", RightsReturned("return", "idle"), (Move(lot, Reason.RETURN, 12_500),)), check=False)
    shop.send()
    chain.apply()
    assert chain.one("SELECT own, set_aside, exposure FROM lots") == (10_000, 2_500, 2_500)
    with pytest.raises(HqError, match="rights_short"):
        chain.do(lambda c, hq, now: grants.grant(c, hq, shop.no, [(lot, 10_001)], "request", 1, now))
    assert decide(chain, "set_aside", lot).state == "done"
    assert chain.one("SELECT own, set_aside, exposure FROM lots") == (12_500, 0, 2_500)
    assert chain.one("SELECT found, detail FROM discrepancies WHERE code = 'exposure_accepted'") == (
        2_500,
        f"set aside {lot.hex()}",
    )
    with pytest.raises(HqError, match="not_set_aside"):
        do(chain, releases.propose, chain.ids(), releases.Subject("set_aside", lot), "再来")
    with pytest.raises(HqError, match="unknown_lot"):
        do(chain, releases.propose, chain.ids(), releases.Subject("set_aside", b"?" * 16), "没有")
    assert chain.verify().ok


# --- a member's value gathered


def test_a_members_value_is_gathered_and_goes_out_again(chain):
    """Every holder is ordered to give back and nothing is placed meanwhile; lifted, the branches may ask again."""
    one, two = chain.box("b001"), chain.box("b002")
    one.connect(), two.connect()
    chain.pump()
    one.shop.top_up(MEMBER, 20_000, bonus=2_000)
    one.shop.sell(MEMBER, 100)
    chain.pump()
    chain.conn.execute("INSERT OR IGNORE INTO members VALUES (?, '', 0, '', '', 0, x'', x'', x'', x'', '')", (MEMBER,))
    holders = chain.one("SELECT count(*) FROM rights")[0]
    assert do(chain, member_orders.order_closing, MEMBER) == holders
    assert do(chain, member_orders.order_closing, MEMBER) == 0
    chain.pump()
    told = [row for row in one.rows.values() if getattr(row, "order", "") == "closing"]
    assert len(told) == 2
    for row in told:
        one.shop.give_back(row.lot, one.shop.log.holdings[row.lot].rights)
    chain.pump()
    assert chain.one("SELECT sum(own) FROM lots") == (21_900,)
    n = two.ask(MEMBER, 1_000)
    chain.pump()
    assert two.answers[n].refused == "rights_short"
    assert do(chain, member_orders.lift_closing, MEMBER) == holders
    n = two.ask(MEMBER, 1_000)
    chain.pump()
    assert two.answers[n].refused == ""
    assert chain.verify().ok


def test_nobodys_value_is_not_gathered(chain):
    """An unknown member is refused, also when it is lifted."""
    for act in (member_orders.order_closing, member_orders.lift_closing):
        with pytest.raises(HqError, match="unknown_member"):
            do(chain, act, b"?" * 16)
