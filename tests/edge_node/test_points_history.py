"""The history of points: it sums to what a member has, whatever happened, and survives an older database."""

import tempfile
from itertools import pairwise
from pathlib import Path

from edge_shop import DAY, KEY, LEAD, Shop, open_shop
from hypothesis import given, settings
from hypothesis import strategies as st
from paper_shop import setting
from web_shop import LEAD as WEB_LEAD
from web_shop import WebShop

from commerce.lots import POINTS
from commerce.tender import Offer
from edge_node.ledger import points as ledger_points
from edge_node.ledger.rights import wallet
from edge_node.ledger.verify import verify
from edge_node.storage import migrate as migrations
from edge_node.storage.database import open_connection
from edge_node.storage.migrate import migrate
from edge_node.till import points, refunds, withdrawals
from edge_node.till.refunds import RefundOrder
from edge_node.till.top_up import TopUpOrder, top_up

EVERYTHING = 2**63 - 1
ACTS = ["sale", "by points", "given", "taken", "gift", "top up", "undo", "refund"]


def _do(shop: Shop, member: bytes, act: str, done: list) -> None:
    has = wallet(shop.conn, shop.node, member).points(DAY)
    match act:
        case "sale":
            done.append(shop.sell([Offer("cash", 5000)], ("tea", 3000), member=member))
        case "by points" if has >= 500:
            done.append(shop.sell([Offer("points", 500), Offer("cash", 1000)], member=member))
        case "given":
            shop.write(points.adjust, shop.at(), member, 700, "生日", LEAD)
        case "taken" if has >= 40:
            shop.write(points.adjust, shop.at(), member, -40, "补错", LEAD)
        case "gift" if has >= 80:
            shop.write(points.redeem, shop.at(), member, points.gift_of(shop.at(), "bag"), 1)
        case "top up":
            order = TopUpOrder(member, 50000, "r500", (Offer("cash", 50000),))
            done.append(shop.write(top_up, shop.at(), order))
        case "undo" if done and hasattr(done[-1], "issue"):
            shop.write(withdrawals.undo_top_up, shop.at(), done.pop().issue, "充错", LEAD, in_cash=True)
        case "refund" if done and hasattr(done[-1], "sale"):
            order = RefundOrder(done.pop().sale, ((0, 1000),), in_cash=True, reason="不合适")
            shop.write(refunds.refund, shop.at(), order, LEAD)
        case _:
            pass


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(ACTS), max_size=20))
def test_the_history_sums_to_the_balance(acts: list[str]):
    """After any day at the till each row's balance is the one before plus its change, and the last is what there is."""
    with tempfile.TemporaryDirectory() as folder:
        shop = open_shop(Path(folder) / "edge.db")
        setting(shop, gifts='[{"code": "bag", "name": "帆布袋", "points": 80}]')
        shop.open()
        member, done = shop.register(), []
        for act in acts:
            _do(shop, member, act, done)
        rows = ledger_points.history(shop.conn, member, EVERYTHING, 1000)
        here = wallet(shop.conn, shop.node, member).here(DAY).get(POINTS, 0)
        assert sum(row.change for row in rows) == here
        assert (rows[0].balance if rows else 0) == here
        for newer, older in pairwise(rows):
            assert newer.balance == older.balance + newer.change
            assert newer.entry > older.entry
        pages, before = [], EVERYTHING
        while page := ledger_points.history(shop.conn, member, before, 3):
            pages += page
            before = page[-1].entry
        assert tuple(pages) == rows
        assert verify(shop.conn).ok
        shop.conn.close()


def test_a_lost_row_is_found_by_verify(shop: Shop):
    """The projection is compared with the log, row by row."""
    shop.open()
    member = shop.register()
    shop.sell([Offer("cash", 1500)], member=member)
    shop.write(lambda conn: conn.execute("UPDATE point_moves SET change = change + 1"))
    assert any("point_moves" in line for line in verify(shop.conn).violations)


def test_an_older_database_gets_its_history(shop: Shop, tmp_path: Path):
    """A log written before the table was there is read once, and then it is as if it had always been."""
    shop.open()
    member = shop.register()
    shop.sell([Offer("cash", 1500)], member=member)
    before = shop.rows("SELECT * FROM point_moves")
    shop.write(lambda conn: conn.execute("DELETE FROM point_moves"))
    assert not verify(shop.conn).ok
    shop.write(ledger_points.refill)
    assert shop.rows("SELECT * FROM point_moves") == before
    assert verify(shop.conn).ok
    assert ledger_points.SINCE <= migrations.SCHEMA_VERSION
    fresh = open_connection(tmp_path / "new.db", KEY)
    assert migrate(fresh) == 0
    fresh.close()


async def test_the_history_over_the_api(web: WebShop):
    """What, when, on which paper, why and how many; the page leads on; bounds are bounds."""
    till = await web.till()
    await till.open_shift()
    member = (await till.do("POST /members", {"name": "王小明"}))["member"]
    quick = {"amount": 5000, "member": member, "tenders": [{"tender": "cash", "amount": 5000}]}
    sale = await till.do("POST /quick-sales", quick)
    await till.do(f"POST /members/{member}/points", {"points": -20, "reason": "补错", "approval": WEB_LEAD})
    page = await till.get(f"/members/{member}/points?limit=1")
    assert [(row["act"], row["change"], row["reason"], row["balance"]) for row in page["points"]] == [
        ("deduct", -20, "补错", 30)
    ]
    rest = await till.get(f"/members/{member}/points?limit=1&before={page['next']}")
    assert [(row["act"], row["number"], row["balance"]) for row in rest["points"]] == [("sale", sale["number"], 50)]
    assert (await till.get(f"/members/{member}/points?before={rest['next']}")) == {"points": [], "next": 0}
    for query in ("limit=51", "limit=1e309", "before=-1", f"before={2**70}"):
        assert (await till.ask("GET", f"/members/{member}/points?{query}"))[0] == 400
    assert (await till.ask("GET", f"/members/{'0' * 32}/points"))[0] == 404
    await web.enrol()
    assert (await till.get(f"/members/{member}/points"))["points"][0]["balance"] is None
