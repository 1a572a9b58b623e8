"""The replica and what comes down: pages, lineages, early rights, orders."""

import pytest
from edge_feed import LOT, key_of, rights_row
from scripted_hq import EPOCH, MINE, Branch, ScriptedHq, Wire, joined_shop

from commerce.reference import ProductRow, RightsRequest, SettingRow
from edge_node.ledger import bodies, requests
from edge_node.ledger.apply import positions
from edge_node.ledger.rights import wallet
from sync_protocol import events
from sync_protocol.epoch import HqEpoch
from sync_protocol.errors import Action, RefusalCode
from sync_protocol.messages import FeedPosition, Row

OWNER = b"o" * 16
NEWER = HqEpoch(EPOCH.n + 1, b"f" * 16)


@pytest.fixture
def branch(tmp_path):
    """A branch that has just joined."""
    made = Branch(joined_shop(tmp_path / "edge.db"))
    yield made
    made.shop.conn.close()


@pytest.fixture
def hq(branch: Branch) -> ScriptedHq:
    """An HQ with some products to tell of."""
    made = ScriptedHq()
    made.adopts[branch.log(0).incarnation] = True
    made.publish("chain", *(product(n) for n in range(7)))
    return made


def product(n: int, name: str = "乌龙茶") -> tuple[str, bytes]:
    """A product's row."""
    return f"product:p{n}", bodies.encode(ProductRow(f"p{n}", f"{name}{n}", "饮品", "杯", 1000 + n))


def names(branch: Branch) -> list[str]:
    """HQ's products as the branch sells them, by item."""
    rows = branch.shop.rows("SELECT key, body FROM reference WHERE key LIKE 'product:p%' ORDER BY key")
    return [bodies.decode_row(key, body).name for key, body in rows]


def rights(shop, **changed) -> tuple[str, bytes]:
    """A rights row for the branch's present incarnation, under HQ's epoch."""
    row = rights_row(shop, OWNER, **{"epoch": EPOCH.n, "epoch_id": EPOCH.id, **changed})
    return key_of(row), bodies.encode(row)


def here(branch: Branch) -> int:
    """Principal of the owner that may be used here."""
    return wallet(branch.shop.conn, branch.shop.node, OWNER).here("2026-03-01").get("principal", 0)


def at(branch: Branch, feed: str = "chain") -> FeedPosition | None:
    """Where the branch is in a feed."""
    return positions(branch.shop.conn).get(feed)


def test_pages_follow_each_other_to_the_head(branch: Branch, hq: ScriptedHq):
    """All rows arrive page by page, each confirmed; what comes later arrives while connected."""
    wire = Wire(branch, hq).run()
    assert names(branch) == [f"乌龙茶{n}" for n in range(7)]
    assert at(branch) == FeedPosition(EPOCH, 21)
    hq.publish("chain", product(0, "红茶"))
    hq.send_pages()
    wire.run()
    assert names(branch)[0] == "红茶0"
    assert branch.shop.at().book.catalogue.item("p0").name == "红茶0"
    assert not any(event.again for event in hq.saw(events.FeedAtReceived))


def test_an_interrupted_bootstrap_goes_on_where_it_was(branch: Branch, hq: ScriptedHq):
    """Rows and position are one commit: the next session's HELLO names it, nothing is sent again."""
    wire = Wire(branch, hq)
    while at(branch) is None:
        wire.step()
    reached = at(branch)
    assert reached.position < 21
    Wire(branch, hq).run()
    assert hq.saw(events.HelloReceived)[-1].hello.feeds["chain"] == reached
    assert at(branch) == FeedPosition(EPOCH, 21)


def test_a_page_twice_changes_nothing_and_is_not_answered(branch: Branch, hq: ScriptedHq):
    """A duplicate is dropped in silence: an answer would make HQ send it once more."""
    wire = Wire(branch, hq).run()
    before = len(hq.saw(events.FeedAtReceived))
    hq.force_page("chain", 0, [Row(*product(0, "旧")[:1], 3, product(0, "旧")[1])])
    wire.run()
    assert names(branch)[0] == "乌龙茶0"
    assert len(hq.saw(events.FeedAtReceived)) == before
    assert branch.replica.live


def test_a_page_that_skips_is_asked_for_again(branch: Branch, hq: ScriptedHq):
    """A page that does not begin at the position is not taken; HQ hears from where to go on, and all arrives."""
    wire = Wire(branch, hq).run()
    hq.publish("chain", product(7), product(8))
    hq.force_page("chain", 24, [hq.rows["chain"][-1]])
    wire.run()
    assert [event.position for event in hq.saw(events.FeedAtReceived) if event.again] == [21]
    assert names(branch)[7:] == ["乌龙茶7", "乌龙茶8"]
    assert at(branch) == FeedPosition(EPOCH, 27)


def test_a_newer_lineage_is_read_from_its_beginning(branch: Branch, hq: ScriptedHq):
    """After HQ cut a feed back, the feed is taken anew from 0, whatever page of it comes first."""
    wire = Wire(branch, hq).run()
    hq.lineage = NEWER
    hq.rows["chain"] = []
    hq.publish("chain", *(product(n, "新茶") for n in range(7)))
    hq.force_page("chain", 6, hq.rows["chain"][2:4])
    wire.run()
    assert names(branch) == [f"新茶{n}" for n in range(7)]
    assert at(branch) == FeedPosition(NEWER, 21)
    hq.lineage = HqEpoch(NEWER.n + 1, b"g" * 16)
    hq.send_pages()
    wire.run()
    assert at(branch) == FeedPosition(hq.lineage, 21)


def test_a_lineage_left_behind_is_refused(branch: Branch, hq: ScriptedHq):
    """A page of an older HQ ends the session; the position stays."""
    wire = Wire(branch, hq).run()
    hq.force_page("chain", 0, hq.rows["chain"][:1], lineage=HqEpoch(EPOCH.n - 1, b"a" * 16))
    wire.run()
    assert branch.last.ended[0:3:2] == (RefusalCode.STALE_HQ_EPOCH, Action.HUMAN)
    assert at(branch) == FeedPosition(EPOCH, 21)


def test_another_branchs_feed_is_refused(branch: Branch, hq: ScriptedHq):
    """Rows that are not for this branch end the session unread."""
    wire = Wire(branch, hq).run()
    hq.force_page("branch:b999", 0, [Row("setting:rounding", 1, bodies.encode(SettingRow("rounding", '"none"')))])
    wire.run()
    assert branch.last.ended.code is RefusalCode.BAD_PAGE
    assert at(branch, "branch:b999") is None
    assert not branch.shop.rows("SELECT 1 FROM reference WHERE feed = 'branch:b999'")


def test_rights_are_spendable_once_their_page_is_here(branch: Branch, hq: ScriptedHq):
    """A rights row of the branch's feed is a total; a second one of a higher total replaces it."""
    hq.publish(MINE, rights(branch.shop, granted=30_000))
    wire = Wire(branch, hq).run()
    assert here(branch) == 30_000
    hq.publish(MINE, rights(branch.shop, granted=42_000))
    hq.send_pages()
    wire.run()
    assert here(branch) == 42_000


def test_no_rights_row_is_applied_without_a_live_verdict(branch: Branch, hq: ScriptedHq):
    """A box that is behind gets no page; under its next incarnation the old one's rows give it nothing."""
    hq.publish(MINE, rights(branch.shop))
    Wire(branch, hq).run()
    hq.numbers[branch.log().incarnation] = (7, 7)
    hq.publish(MINE, rights(branch.shop, granted=90_000))
    Wire(branch, hq).run()
    assert branch.last.reopened
    assert at(branch, MINE).position == 3
    Wire(branch, hq).run()
    assert branch.replica.live
    assert at(branch, MINE).position == 6
    assert here(branch) == 0


def test_an_order_is_obeyed_and_told_in_the_same_step(branch: Branch, hq: ScriptedHq):
    """What exceeds `keep` is returned by a fact that goes out at once."""
    hq.publish(MINE, rights(branch.shop))
    wire = Wire(branch, hq).run()
    before = branch.log().seq
    hq.publish(MINE, rights(branch.shop, order="keep", order_amount=10_000))
    hq.send_pages()
    wire.run()
    assert here(branch) == 10_000
    assert branch.log().seq == before + 1
    assert branch.log().acked_seq == before + 1
    assert any(heard.wrote for heard in branch.heard)


def _ask(branch: Branch, wire: Wire) -> int:
    wanted = RightsRequest(OWNER, "principal", 5000)
    n = branch.shop.write(requests.ask_rights, branch.shop.node, wanted, branch.shop.now, branch.shop.now + 3000).n
    branch.push()
    wire.run()
    return n


def test_granted_rights_come_with_the_answer(branch: Branch, hq: ScriptedHq):
    """Rows of an answer are used at once and the position does not move; the same row by page changes nothing."""
    wire = Wire(branch, hq).run()
    n = _ask(branch, wire)
    key, body = rights(branch.shop, granted=5_000)
    hq.answer(n, rows=[Row(key, 99, body), Row(*product(99)[:1], 100, product(99)[1])])
    wire.run()
    assert branch.heard[-1].settled == [n]
    assert here(branch) == 5_000
    assert at(branch, MINE) is None
    assert len(names(branch)) == 7  # an answer brings rights and nothing else
    hq.publish(MINE, (key, body))
    hq.send_pages()
    wire.run()
    assert here(branch) == 5_000


def test_rights_that_come_too_late_stay_as_rights(branch: Branch, hq: ScriptedHq):
    """Nobody waits any more, yet what HQ granted is here, for the next time."""
    wire = Wire(branch, hq).run()
    n = _ask(branch, wire)
    branch.shop.write(requests.cancel, branch.shop.node.no, n)
    key, body = rights(branch.shop, granted=5_000)
    hq.answer(n, rows=[Row(key, 99, body)])
    wire.run()
    assert branch.heard[-1].settled == []
    assert requests.get(branch.shop.conn, branch.shop.node.no, n).state == "cancelled"
    assert here(branch) == 5_000


def test_a_row_that_knows_more_than_this_box_stops_stored_value(branch: Branch, hq: ScriptedHq):
    """HQ saw more spent here than this log says: the box is an old copy of itself, and screens hear of it."""
    hq.publish(MINE, rights(branch.shop, gone_known=7_000))
    Wire(branch, hq).run()
    assert branch.log().stopped == "old_copy"
    assert "stopped" in {notice.kind for heard in branch.heard for notice in heard.notices}
    assert not branch.shop.rows("SELECT 1 FROM rights WHERE lot = ?", LOT)
