"""Closing, the late rule, release by two people, succession, two boxes, adoption."""

import pytest
from hq_world import CHAIN, World

from commerce.rights import Holding
from hq_server.errors import Code, RefusedError
from hq_server.ledger import claims, closing, grants, incarnations
from hq_server.ledger.inbox import Outcome
from sync_protocol.chain import Point
from sync_protocol.close import open_close


@pytest.fixture
def world(tmp_path):
    """An HQ."""
    return World(tmp_path)


@pytest.fixture
def shop(world):
    """A shop whose one member holds 100.00."""
    shop = world.shop("guanqian")
    shop.member = world.ids()
    (shop.lot,) = shop.top_up(shop.member, 100_00)
    shop.send()
    world.apply()
    return shop


def held(world, shop):
    """What HQ knows of the shop's rights to its lot: granted, born, gone, suspended, exposure."""
    return world.one(
        "SELECT granted, born, gone, suspended, exposure FROM rights WHERE lot = ? AND no = ?", shop.lot, shop.no
    )


def figures(world, shop):
    """Own, spent and exposure of the shop's lot."""
    return world.one("SELECT own, spent, exposure FROM lots WHERE lot = ?", shop.lot)


def test_close_applies_what_arrived_and_suspends_the_rest(world, shop):
    """Everything acked before the close counts as in time; then the rights are suspended and HQ's word is signed."""
    shop.sell(shop.member, 30_00)
    shop.send()
    word = shop.close("lost")
    assert held(world, shop) == (0, 100_00, 30_00, 70_00, 0)
    close = open_close(word, world.keys.signing_key.public_key())
    assert (close.incarnation, close.seq, close.reason) == (shop.log.identity.incarnation, 3, "lost")
    assert shop.close("revoked") == word
    assert world.one("SELECT state, closed_reason FROM incarnations WHERE no = ?", shop.no) == ("closed", "lost")
    assert world.verify().ok


def test_late_tail_takes_from_what_was_suspended(world, shop):
    """A tail on a stick counts once: sales take from the suspended rights, top-ups in it are real money."""
    shop.sell(shop.member, 30_00)
    other = world.ids()
    (fresh,) = shop.top_up(other, 50_00)
    shop.give_back(shop.lot, 20_00)
    shop.close("lost")
    assert shop.send() == [Outcome.KEPT]
    assert shop.send(1) == [Outcome.DUPLICATE]
    world.apply()
    assert held(world, shop) == (0, 100_00, 0, 50_00, 0)
    assert figures(world, shop) == (20_00, 30_00, 0)
    assert world.one("SELECT issued FROM lots WHERE lot = ?", fresh) == (50_00,)
    assert world.codes() == []
    assert world.verify().ok


def test_clone_is_closed_and_each_branch_counts_once(world, shop):
    """Two boxes from one disk: both logs are kept, each entry counts once, exposure is exactly what was used twice."""
    clone = shop.clone()
    shop.sell(shop.member, 80_00)
    clone.sell(shop.member, 70_00)
    clone.sell(shop.member, 20_00)
    assert shop.send() == [Outcome.KEPT]
    assert clone.send(1) == [Outcome.FORK]
    shop.close("cloned")
    assert clone.send(1) == [Outcome.EVIDENCE]
    assert clone.send(3) == [Outcome.EVIDENCE]
    world.apply()
    assert figures(world, shop) == (0, 170_00, 70_00)
    account = world.one("SELECT amount FROM balances WHERE account = ?", f"exposure:{shop.row.incarnation.hex()}")
    assert account == (70_00,)
    assert world.codes() == ["forked", "late_exposure", "late_exposure"]
    assert clone.send(4, 4) == [Outcome.EVIDENCE]
    world.apply()
    assert figures(world, shop) == (0, 170_00, 70_00)
    assert world.verify().ok


def test_tail_that_was_evidence_counts_once_when_the_log_comes(world, shop):
    """What a stick brought behind a gap is not counted again when the whole tail arrives."""
    shop.sell(shop.member, 10_00)
    shop.sell(shop.member, 20_00)
    shop.sell(shop.member, 30_00)
    shop.close("lost")
    assert shop.send(4, 4) == [Outcome.EVIDENCE]
    world.apply()
    assert figures(world, shop) == (0, 20_00, 0)
    assert shop.send(3) == [Outcome.KEPT]
    world.apply()
    assert figures(world, shop) == (0, 60_00, 0)
    assert world.verify().violations == ()


def test_late_return_gives_only_what_was_there(world, shop):
    """After a release nothing is left to take: a late return moves nothing, a late sale is exposure."""
    shop.give_back(shop.lot, 40_00)
    shop.sell(shop.member, 50_00)
    shop.close("lost")
    world.do(lambda conn, hq, now: closing.release(conn, hq, shop.no, "陈静", "王芳", "已报废", now))
    assert figures(world, shop) == (100_00, 0, 0)
    shop.send()
    world.apply()
    assert figures(world, shop) == (100_00, 50_00, 50_00)
    assert world.codes() == ["exposure_accepted", "late_exposure"]
    assert world.verify().ok


def test_release_needs_a_closed_log_and_two_people(world, shop):
    """Nobody releases alone, and nothing is released of a living log."""
    with pytest.raises(RefusedError) as refused:
        world.do(lambda conn, hq, now: closing.release(conn, hq, shop.no, "陈静", "王芳", "", now))
    assert refused.value.code == Code.NOT_CLOSED
    shop.close()
    for by, approved in (("陈静", "陈静"), ("", "王芳"), ("陈静", "")):
        with pytest.raises(RefusedError) as refused:
            world.do(
                lambda conn, hq, now, by=by, approved=approved: closing.release(
                    conn, hq, shop.no, by, approved, "", now
                )
            )
        assert refused.value.code == Code.SAME_PERSON
    assert held(world, shop)[3] == 100_00


def test_successor_closes_its_named_predecessor(world, shop):
    """A restored box opens a new incarnation: the old one is closed, the new one starts without rights."""
    before = shop.no
    shop.log.holdings = {}
    shop.open("restored")
    assert incarnations.by_no(world.conn, before).state == incarnations.CLOSED
    assert shop.row.is_open
    assert world.one("SELECT suspended FROM rights WHERE no = ?", before) == (100_00,)
    assert world.one("SELECT count(*) FROM rights WHERE no = ?", shop.no) == (0,)
    assert world.codes() == []


def test_two_boxes_of_one_node_stay_open_and_are_shown(world, shop):
    """Two open incarnations of one node are not closed for each other; a person looks."""
    twin = world.shop("guanqian", node=shop.node)
    assert (shop.row.is_open, twin.row.is_open) == (True, True)
    assert world.codes() == ["two_boxes"]


def test_grants_go_to_open_incarnations_only(world, shop):
    """Nothing is granted to a closed log."""
    shop.give_back(shop.lot, 40_00)
    shop.send()
    shop.close()
    with pytest.raises(RefusedError) as refused:
        world.do(lambda conn, hq, now: grants.grant(conn, hq, shop.no, [(shop.lot, 1)], "placement", 0, now))
    assert refused.value.code == Code.NOT_OPEN


def test_claim_on_a_closed_seller_is_released_by_two_people(world, shop):
    """When the selling box is gone, HQ releases out of the sale it holds, once per sold quantity."""
    other = world.shop("xihu")
    sale = shop.sell(shop.member, 60_00)
    shop.send()
    first, second = other.claim(sale, "guanqian", (0, 2000)), other.claim(sale, "guanqian", (0, 2000))
    other.send()
    world.apply()
    shop.close()
    assert [claim.state for claim in claims.unsettled(world.conn)] == [claims.WAITS, claims.WAITS]
    release = lambda claim, by="陈静": world.do(  # noqa: E731
        lambda conn, hq, now: claims.release_at_hq(conn, hq, claim, "2026-11-30", by, "王芳", now)
    )
    with pytest.raises(RefusedError):
        release(first, "王芳")
    release(first)
    with pytest.raises(RefusedError) as refused:
        release(first)
    assert refused.value.code == Code.NOT_WAITING
    release(second)
    assert [claims.by_id(world.conn, claim).state for claim in (first, second)] == ["released", "refused"]
    assert world.one("SELECT granted FROM rights WHERE lot = ? AND no = ?", shop.lot, other.no) == (40_00,)
    assert world.verify().ok


def test_refund_of_a_clone_and_its_twin_pays_once(world, shop):
    """One sale refunded on both branches of a fork: the second value is matched by exposure and shown."""
    sale = shop.sell(shop.member, 60_00)
    clone = shop.clone()
    shop.refund(sale, (0, 3000))
    clone.refund(sale, (0, 3000))
    shop.send()
    shop.close("forked")
    clone.send(4)
    world.apply()
    assert world.one("SELECT refunded, exposure FROM lots WHERE lot = ?", shop.lot) == (60_00, 60_00)
    assert world.codes() == ["forked", "refunded_twice"]
    assert world.verify().ok


def test_standalone_shop_is_adopted_whole(world):
    """A shop's own history joins the chain: applied as if open, then all its rights move to its new incarnation."""
    shop = world.shop("laodian")
    shop.log.identity = shop.log.identity._replace(incarnation=world.ids(), chain=b"S" * 16)
    shop.log.entries, shop.log.holdings = [], {}
    member = world.ids()
    lots = shop.top_up(member, 100_00, 20_00)
    shop.sell(member, 30_00)
    old, head = shop.log, Point(2, shop.log.hash_at(2))
    adopted = world.do(lambda conn, hq, now: closing.adopt(conn, hq, old.identity, "laodian", head, now))
    again = world.do(lambda conn, hq, now: closing.adopt(conn, hq, old.identity, "laodian", head, now))
    assert adopted.no == again.no
    new = incarnations.open_of_branch(world.conn, "laodian")
    finish = lambda: world.do(lambda conn, hq, now: closing.finish_adoption(conn, hq, adopted.no, new.no, now))  # noqa: E731
    shop.send(1, 1)
    assert finish() is False
    shop.send(2, 2)
    assert finish() is True
    assert finish() is False
    rows = world.all("SELECT lot, granted FROM rights WHERE no = ? ORDER BY granted DESC", new.no)
    assert rows == [(lots[0], 75_00), (lots[1], 15_00)]
    assert world.one("SELECT state FROM incarnations WHERE no = ?", adopted.no) == ("adopted",)
    assert world.codes() == []
    assert world.verify().ok
    assert old.identity.chain != CHAIN


def test_open_log_that_overspends_is_shown_and_heals(world, shop):
    """An open incarnation that used more than HQ knows: applied, exposed, shown; later in-moves take it back."""
    shop.log.holdings[shop.lot] = Holding(granted=50_00, born=100_00)
    sale = shop.sell(shop.member, 120_00)
    shop.send()
    world.apply()
    assert figures(world, shop) == (0, 120_00, 20_00)
    assert world.codes() == ["rights_overspent"]
    shop.refund(sale, (0, 3000))
    shop.send()
    world.apply()
    assert world.one("SELECT spent, refunded, exposure FROM lots WHERE lot = ?", shop.lot) == (120_00, 120_00, 0)
    assert world.verify().ok
