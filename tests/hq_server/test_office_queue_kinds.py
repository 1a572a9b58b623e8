"""The queue, kind by kind: what finds it, what its evidence shows, who looks after it, and that each way out is lawful.

Every finding here is made by what makes it in a shop: signed entries, edits of profiles, boxes that open a second log.
"""

from dataclasses import replace

import msgspec
import pytest
from hq_world import DAY
from office_client import close_client, open_client
from office_shops import Hall

from commerce import basket as baskets
from commerce.basket import Basket
from commerce.catalogue import Catalogue
from commerce.facts import CountedCash, Tender
from commerce.pricing import price
from commerce.reference import CHAIN_FEED, ProductRow, ProfileEdit
from commerce.sale import sale_fact
from hq_server.distribution import feed
from hq_server.head_office import catalogue, registration
from hq_server.head_office.act import Act
from hq_server.ledger import closing, members
from hq_server.reconcile import price_check
from hq_server.reconcile.verify import verify
from sync_protocol.entry import EntryPosting

MEMBER = b"M" * 16
RICE = ProductRow("rice", "东北大米", "粮油", "袋", 999)
AUDIT = msgspec.msgpack.encode({"act": "drawer"})


@pytest.fixture(name="client")
async def _client(tmp_path):
    """A head office with a hall of shops; the accountant is signed in."""
    client = await open_client(tmp_path)
    client.hall = Hall(client.world)
    await client.sign_in("sun.qi")
    yield client
    client.hall.conn.close()
    await close_client(client)


def gap(hall):
    """The end of a lost box's log comes without what was before it."""
    shop = hall.shop("b001")
    shop.top_up(MEMBER, 100_00)
    hall.settle(shop)
    shop.sell(MEMBER, 10_00)
    shop.sell(MEMBER, 20_00)
    shop.close("lost")
    shop.send(len(shop.log.entries))


def fork(hall):
    """A box and its copy both spend 300 less than they have between them."""
    shop = hall.shop("b001")
    shop.top_up(MEMBER, 300_00)
    hall.settle(shop)
    clone = shop.clone()
    shop.sell(MEMBER, 200_00)
    hall.settle(shop)
    shop.close("forked")
    clone.sell(MEMBER, 250_00)
    clone.send(len(clone.log.entries))


def two_boxes(hall):
    """One node's key opens a log that names no predecessor, beside one that goes on."""
    shop = hall.shop("b001")
    other = shop.clone()
    other.log = None
    other.open()


def overspent(hall):
    """An open log spends more than head office knows it to hold."""
    shop = hall.shop("b001")
    (lot,) = shop.top_up(MEMBER, 100_00)
    shop.log.holdings[lot].born += 50_00
    shop.sell(MEMBER, 130_00)
    hall.settle(shop)


def accepted(hall):
    """Two people release what a lost box held."""
    shop = hall.shop("b001")
    shop.top_up(MEMBER, 300_00)
    hall.settle(shop)
    shop.close("lost")
    hall.do(lambda conn, hq, now: closing.release(conn, hq, shop.no, "sun.qi", "chen.jing", "机器烧毁", now))


def twice(hall):
    """Two branches give one phone and one card to two people; head office knows the first."""
    hall.shop("b001")
    hall.shop("b002")
    first, second = (
        hall.do(lambda conn, hq, now, new=new: registration.register(conn, Act(hq, "sun.qi", now), new, DAY, hall.ids))
        for new in (
            registration.NewMember("b001", "张伟", "13800010001", "80010001"),
            registration.NewMember("b002", "张薇", "", ""),
        )
    )
    edits = [(second, "phone", "13800010001", 0), (second, "card:1", "80010001", 0), (first, "name", "张炜", 0)]
    rows = [ProfileEdit(*edit, b"s" * 16) for edit in edits]
    hall.do(lambda conn, hq, now: members.take_edits(conn, hq, "b002", rows, now))


def forged_price(hall):
    """A till sells at a price that nothing explains."""
    shop = hall.shop("b001")
    hall.do(lambda conn, hq, now: catalogue.put(conn, Act(hq, "chen.jing", now), "", RICE))
    hall.do(feed.sequence)
    (head,) = hall.conn.execute("SELECT head FROM feeds WHERE feed = ?", (CHAIN_FEED,)).fetchone()
    goods = Catalogue([RICE])
    priced = price(baskets.add(Basket(), goods, RICE.item, 1000), goods)
    line = replace(priced.lines[0], charged=900, list_amount=900)
    priced = replace(priced, lines=(line,), total=900)
    tenders = (Tender("cash", 900, 900),)
    shop.write(sale_fact(shop.desk, hall.ids(), "S1", b"", priced, tenders, positions=((CHAIN_FEED, head),)))
    hall.settle(shop)
    while hall.do(lambda conn, hq, now: price_check.step(conn, hq, now, 5)):
        pass


def short_drawer(hall):
    """A shift's count is 50 less than it should be."""
    shop = hall.shop("b001")
    shop.close_shift((CountedCash("cash", 1_000_00),), (CountedCash("cash", 950_00),))
    hall.settle(shop)


def clocks(hall):
    """A box an hour ahead is set right."""
    shop = hall.shop("b001")
    for ahead in (3_600_000, 0):
        shop.append("audit", (), (), AUDIT, at=hall.now + ahead, version=9)
        hall.settle(shop)


def unbalanced(hall):
    """An entry books cash that came from nowhere."""
    shop = hall.shop("b001")
    shop.append("audit", (), (EntryPosting("cash:b001:cash", "money", 7_00),), AUDIT)
    hall.settle(shop)


KINDS = {
    "gap": (gap, ["accept"]),
    "forked": (fork, ["accept"]),
    "two_boxes": (two_boxes, ["accept"]),
    "late_exposure": (fork, ["accept", "charge", "write_off"]),
    "rights_overspent": (overspent, ["accept", "charge", "write_off"]),
    "exposure_accepted": (accepted, ["accept"]),
    "phone_twice": (twice, ["accept"]),
    "card_twice": (twice, ["accept"]),
    "profile_conflict": (twice, ["accept"]),
    "price_differs": (forged_price, ["accept", "charge"]),
    "cash_differs": (short_drawer, ["accept", "adjust", "charge"]),
    "clock_ahead": (clocks, ["accept"]),
    "clock_back": (clocks, ["accept"]),
    "unbalanced": (unbalanced, ["accept", "charge", "write_off"]),
}
WHERE = {"exposure_accepted": "HQ"} | dict.fromkeys(("phone_twice", "card_twice", "profile_conflict"), "b002")
"""Who is told to have it where it is not the first branch: what two people accept is head office's own risk."""
WAYS = [(code, way) for code, (_, ways) in KINDS.items() for way in ways]


async def found(client, code):
    """Have it happen; the line of the queue and its page."""
    KINDS[code][0](client.hall)
    client.hall.do(client.hall.reconciler.drain)
    client.hall.follow()
    rows = (await client.ask("GET", f"/discrepancies?code={code}"))["rows"]
    assert len(rows) == 1
    return rows[0], await client.ask("GET", f"/discrepancies/{rows[0]['discrepancy']}")


def shows(code, told):
    """What a person must see to judge this kind."""
    rows, entry = told["rows"], told["evidence"]
    if code in {"phone_twice", "card_twice"}:
        return [len(rows["members"]), entry] == [2, None]
    if code == "profile_conflict":
        return rows["conflict"] == {"field": "name", "replaced": "张伟", "applied": "张炜"}
    if code == "two_boxes":
        return len(rows["logs"]) == 2 and len({log["node"] for log in rows["logs"]}) == 1
    signed = entry["signer"] or entry["branch"] == "HQ"
    return (
        bool(signed)
        and {
            "gap": lambda: entry["seq"] == told["discrepancy"]["found"] and rows["logs"][0]["reason"] == "lost",
            "forked": lambda: len({entry["hash"], *(other["hash"] for other in told["others"])}) == 2,
            "late_exposure": lambda: rows["lots"][0]["exposure"] == rows["holders"][0]["exposure"] == 150_00,
            "rights_overspent": lambda: rows["lots"][0]["exposure"] == 30_00 and rows["logs"][0]["state"] == "open",
            "exposure_accepted": lambda: entry["kind"] == "incarnation" and rows["logs"][-1]["reason"] == "lost",
            "price_differs": lambda: (
                [(one["expected"], one["found"]) for one in rows["price"]["lines"]] == [(999, 900)]
            ),
            "cash_differs": lambda: rows["counts"] == [{"tender": "cash", "expected": 1_000_00, "counted": 950_00}],
            "clock_ahead": lambda: entry["at"] == told["discrepancy"]["found"] > entry["arrived"],
            "clock_back": lambda: entry["at"] == told["discrepancy"]["found"] < told["discrepancy"]["expected"],
            "unbalanced": lambda: [line["amount"] for line in entry["postings"]] == [7_00],
        }[code]()
    )


@pytest.mark.parametrize("code", KINDS)
async def test_it_is_found_shown_and_given_to_somebody(client, code):
    """It stands in the queue once, its page shows what it rests on and how it can end, and somebody looks after it."""
    line, told = await found(client, code)
    assert (line["branch"], line["state"]) == (WHERE.get(code, "b001"), "open")
    assert told["kinds"] == KINDS[code][1]
    assert shows(code, told), told
    body = {"discrepancies": [line["discrepancy"]], "assignee": "li.na"}
    assert (await client.ask("POST", "/discrepancies/assign", body))["assigned"] == 1
    assert [row["code"] for row in (await client.ask("GET", "/discrepancies?assignee=li.na"))["rows"]] == [code]
    counts = (await client.ask("GET", "/discrepancy-counts"))["codes"]
    assert {"code": code, "open": 1} in counts


HELD = {
    "late_exposure": "exposure:%",
    "rights_overspent": "exposure:%",
    "cash_differs": "cash:b001:cash",
    "unbalanced": "suspense",
}
"""Accounts in which a difference lies until it is decided."""


@pytest.mark.parametrize(("code", "way"), WAYS)
async def test_each_way_out_is_a_fact_of_two_people_that_balances(client, code, way):
    """Beyond the limit one proposes and another approves; then the books hold and no account keeps the difference."""
    await client.sign_in("chen.jing")
    await client.ask("PUT", "/resolve-limit", {"limit": 0})
    await client.sign_in("sun.qi")
    line, told = await found(client, code)
    path = f"/discrepancies/{line['discrepancy']}"
    worth = told["discrepancy"]["worth"]
    body = {"kind": way, "reason": "已和门店核对"} | ({"amount": max(1, worth)} if way == "charge" else {})
    done = await client.ask("POST", f"{path}/resolve", body)
    assert done["state"] == ("proposed" if worth else "done")
    if worth:
        approve = f"/resolutions/{done['resolution']}/approve"
        assert (await client.ask("POST", approve, status=403))["code"] == "forbidden"
        await client.sign_in("chen.jing")
        assert (await client.ask("POST", approve))["state"] == "done"
    ended = (await client.ask("GET", path))["discrepancy"]
    assert (ended["state"], ended["note"]) == ("resolved", f"{way}: 已和门店核对")
    conn = client.hall.conn
    charged = conn.execute("SELECT debtor, creditor, amount FROM clearing_rows WHERE col = 'adjustment'").fetchall()
    assert charged == ([("b001", "HQ", worth)] if way == "charge" else [])
    if way != "accept" and code in HELD:
        left = conn.execute("SELECT coalesce(sum(amount), 0) FROM balances WHERE account LIKE ?", (HELD[code],))
        expected = {"cash_differs": -50_00}.get(code, 0)
        assert left.fetchone()[0] == expected
    report = verify(conn)
    assert report.ok, report.violations


async def test_a_merge_resolves_the_phone_and_the_card(client):
    """One person's two entries become one, and both discrepancies end by that fact."""
    _, told = await found(client, "card_twice")
    merged, stays = (member["member"] for member in told["rows"]["members"])
    await client.ask("POST", f"/members/{merged}/merge", {"into": stays, "reason": "同一个人"})
    left = {row["code"] for row in (await client.ask("GET", "/discrepancies"))["rows"]}
    assert left == {"profile_conflict"}
    ended = await client.ask("GET", f"/discrepancies/{told['discrepancy']['discrepancy']}")
    assert (ended["discrepancy"]["note"], ended["kinds"]) == ("同一个人", [])
    assert verify(client.hall.conn).ok


def shared_fork(hall):
    """A fork whose lot another branch holds a part of."""
    fork(hall)
    other = hall.shop("b002")
    (lot,) = hall.conn.execute("SELECT lot FROM lots").fetchone()
    hall.conn.execute(
        "INSERT INTO rights (no, lot, granted, born, gone, suspended, exposure) VALUES (?, ?, 7, 0, 0, 0, 0)",
        (other.no, lot),
    )


@pytest.mark.parametrize(("at", "holders"), [("", {"b001", "b002"}), ("b001", {"b001"})])
async def test_a_branchs_manager_reads_what_is_his(client, at, holders):
    """Of the evidence he is told what his own logs hold of a lot; head office sees every holder."""
    shared_fork(client.hall)
    client.hall.do(client.hall.reconciler.drain)
    role = "branch_manager" if at else "accountant"
    client.hall.conn.execute("UPDATE users SET role = ?, branch = ? WHERE name = 'li.na'", (role, at))
    await client.sign_in("li.na")
    (line,) = (await client.ask("GET", "/discrepancies?code=late_exposure"))["rows"]
    told = await client.ask("GET", f"/discrepancies/{line['discrepancy']}")
    assert {row["branch"] for row in told["rows"]["holders"]} == holders
    assert {row["branch"] for row in told["rows"]["logs"]} == {"b001"}


async def test_a_branchs_manager_reads_no_members_values(client):
    """Both values of a field edited twice, and where members go, are for those who read profiles of all members."""
    line, _ = await found(client, "profile_conflict")
    client.hall.conn.execute("UPDATE users SET role = 'branch_manager', branch = 'b002' WHERE name = 'li.na'")
    await client.sign_in("li.na")
    rows = (await client.ask("GET", f"/discrepancies/{line['discrepancy']}"))["rows"]
    assert (rows["conflict"], [member["seen"] for member in rows["members"]]) == (None, ["b002"])
