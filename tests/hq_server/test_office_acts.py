"""Acts over HTTP: lists and their filters, one act with its evidence, lots and members; each branch sees its own."""

import json

import pytest
from hq_world import DAY
from office_client import close_client, open_client
from office_shops import Hall
from office_world import PASSWORD

from commerce.facts import Fact, ShiftAct
from hq_server.storage.database import open_connection
from hq_server.web.office import acts
from sync_protocol.entry import decode_entry

MEMBER = b"M" * 16
OTHER = b"N" * 16


@pytest.fixture(name="client")
async def _client(tmp_path):
    """Two shops: value topped up, spent, refunded, claimed elsewhere; a manager of each; an operator is signed in."""
    client = await open_client(tmp_path)
    hall = Hall(client.world)
    one, two = hall.shop("b001"), hall.shop("b002")
    client.pair = one.top_up(MEMBER, 100_00, 20_00)
    client.sale = one.sell(MEMBER, 24_00, 6_00, earn=12)
    one.refund(client.sale, (0, 1500))
    two.desk = two.desk._replace(till="前台2", staff="2002", day="2026-12-01")
    client.lot = two.top_up(OTHER, 50_00)[0]
    client.sale_two = two.sell(OTHER, 8_00)
    one.claim(client.sale_two, "b002", (0, 1000))
    hall.settle(one, two)
    for name, branch in (("he.lin", "b001"), ("wu.tao", "b002")):
        hall.branch_manager(name, branch, PASSWORD)
    hall.conn.close()
    await client.sign_in("li.na")
    yield client
    await close_client(client)


async def listed(client, path, *names):
    """The rows of a page, as tuples of the named fields."""
    answer = await client.ask("GET", path)
    return [tuple(row[name] for name in names) for row in answer["rows"]]


async def test_the_three_lists_tell_what_they_are_named_for(client):
    """Consumption holds sales and refunds, top-ups what was paid in, stored value where it came and went by use."""
    assert await listed(client, "/acts/consumption", "day", "kind", "amount") == [
        ("2026-12-01", "sale", 8_00),
        (DAY, "refund", 0),
        (DAY, "refund", -12_00),
        (DAY, "sale", 30_00),
    ]
    assert await listed(client, "/acts/top-ups", "branch", "act", "amount", "bonus", "about") == [
        ("b002", "top_up", 50_00, 0, "R"),
        ("b001", "top_up", 100_00, 20_00, "R"),
    ]
    rows = await listed(client, "/acts/stored-value", "branch", "kind", "principal", "bonus")
    assert rows == [("b002", "sale", -8_00, 0), ("b001", "refund", 10_00, 2_00), ("b001", "sale", -25_00, -5_00)]


@pytest.mark.parametrize(
    ("query", "amounts"),
    [
        ("from_day=2026-12-01", [8_00]),
        ("to_day=2026-11-30", [0, -12_00, 30_00]),
        ("branch=b002", [8_00]),
        ("kind=refund", [0, -12_00]),
        ("kind=refund&act=claim", [0]),
        ("staff=2002", [8_00]),
        ("till=前台1", [0, -12_00, 30_00]),
        (f"member={OTHER.hex()}", [8_00]),
        ("number=S1", [8_00, 30_00]),
        ("least=900", [30_00]),
        ("most=-1", [-12_00]),
        ("least=-1200&most=800&branch=b001", [0, -12_00]),
        ("sort=-amount", [30_00, 8_00, 0, -12_00]),
        ("sort=amount&branch=b001", [-12_00, 0, 30_00]),
        ("number=none", []),
    ],
)
async def test_consumption_is_filtered_and_sorted(client, query, amounts):
    """Each filter leaves what it names, alone and joined with others; sums are those of the rows."""
    answer = await client.ask("GET", f"/acts/consumption?{query}")
    assert [row["amount"] for row in answer["rows"]] == amounts
    assert answer["sums"]["amount"] == sum(amounts)


async def test_every_list_of_acts_pages_without_loss(client):
    """Page by page, by every column that can be sorted by, a list tells what one page tells."""
    paths = {"lot": client.pair[0].hex(), "member": MEMBER.hex()}
    for listing in acts.LISTINGS:
        path = listing.where.removeprefix("GET ").format(**paths)
        for column in [column for column in listing.columns if column.sort]:
            for sort in (column.name, f"-{column.name}"):
                whole = (await client.ask("GET", f"{path}?sort={sort}"))["rows"]
                assert len(whole) > 1, listing.name
                pages, after = [], ""
                while True:
                    page = await client.ask("GET", f"{path}?sort={sort}&limit=1&after={after}")
                    pages += page["rows"]
                    after = page["next"]
                    if not after:
                        break
                assert pages == whole


async def test_a_sale_is_shown_with_its_receipt_and_its_signed_entry(client):
    """One act tells lines, tenders, lots, what came back of it, and the entry whose signature verifies."""
    n = (await client.ask("GET", f"/acts/find?id={client.sale.hex()}"))["n"]
    told = await client.ask("GET", f"/acts/{n}")
    assert [(line["name"], line["milli_qty"], line["charged"]) for line in told["lines"]] == [
        ("北京烤鸭", 3000, 24_00),
        ("北京烤鸭", 3000, 6_00),
    ]
    assert told["tenders"] == [{"tender": "stored_value", "amount": 30_00, "given": 0, "ref": ""}]
    assert [(use["asset"], use["value"]) for use in told["uses"]] == [("principal", 25_00), ("bonus", 5_00)]
    assert [(lot["asset"], lot["amount"]) for lot in told["lots"]] == [("points", 12)]
    assert [(link["kind"], link["amount"]) for link in told["links"]] == [("refund", -12_00)]
    assert [move["reason"] for move in told["moves"]] == ["spend", "spend", "issue"]
    assert sum(posting["amount"] for posting in told["postings"] if posting["unit"] == "money") == 0
    evidence = told["evidence"]
    assert (evidence["branch"], evidence["kept"], evidence["wrong"]) == ("b001", True, "")
    entry = decode_entry(bytes.fromhex(evidence["entry"]))
    assert (entry.seq, entry.kind) == (evidence["seq"], "sale")
    assert evidence["first"] <= entry.seq <= evidence["last"]
    place = f"/acts/find?incarnation={evidence['incarnation']}&seq={entry.seq}"
    assert (await client.ask("GET", place))["n"] == n


async def test_a_refund_names_the_goods_of_its_sale(client):
    """A refund's lines are told by the names of the sold ones, with what went back; its sale is linked."""
    row = (await client.ask("GET", "/acts?kind=refund&act=refund"))["rows"][0]
    told = await client.ask("GET", f"/acts/{row['n']}")
    assert [(line["line"], line["name"], line["milli_qty"], line["charged"]) for line in told["lines"]] == [
        (0, "北京烤鸭", 1500, 12_00)
    ]
    assert [link["kind"] for link in told["links"]] == ["sale"]
    assert told["act"]["reason"] == "不合适"


async def test_damage_is_told_with_the_act(client):
    """A batch whose bytes changed on disk proves nothing any more, and the act says so."""
    n = (await client.ask("GET", f"/acts/find?id={client.sale.hex()}"))["n"]
    conn = open_connection(client.world.path)
    conn.execute("UPDATE inbox SET batch = CAST(substr(batch, 1, length(batch) - 1) || x'00' AS BLOB)")
    conn.close()
    told = await client.ask("GET", f"/acts/{n}")
    assert told["evidence"]["wrong"] == "bad_signature"
    assert told["lines"] == []


async def test_head_offices_own_acts_prove_themselves_by_their_chain(client):
    """An entry of HQ's log has no batch; the hash it leads to is checked."""
    rows = (await client.ask("GET", "/acts?kind=incarnation"))["rows"]
    own = next(row for row in rows if row["branch"] == "HQ")
    evidence = (await client.ask("GET", f"/acts/{own['n']}"))["evidence"]
    assert (evidence["arrival"], evidence["signature"], evidence["wrong"]) == (0, "", "")


async def test_from_a_lot_to_its_acts(client):
    """A lot's acts are told first to last, with what each moved and why."""
    rows = await listed(client, f"/lots/{client.pair[0].hex()}/acts", "kind", "move", "moved")
    assert rows == [("issue", "issue", 100_00), ("sale", "spend", 25_00), ("refund", "refund", 10_00)]


async def test_a_members_timeline(client):
    """All that a member did, newest first."""
    rows = await listed(client, f"/members/{MEMBER.hex()}/acts", "kind", "amount")
    assert rows == [("refund", -12_00), ("sale", 30_00), ("issue", 100_00)]
    assert await listed(client, f"/members/{MEMBER.hex()}/acts?kind=issue", "kind") == [("issue",)]


async def test_a_branch_manager_sees_nothing_of_another_branch(client):
    """Lists, details by number and by id, lots, members, exports: only the own branch's acts, or refused."""
    everything = (await client.ask("GET", "/acts?limit=200"))["rows"]
    foreign = next(row["n"] for row in everything if row["branch"] == "b002")
    central = next(row["n"] for row in everything if row["branch"] == "HQ")
    await client.sign_in("he.lin")
    paths = {"lot": client.lot.hex(), "member": OTHER.hex()}
    for listing in acts.LISTINGS:
        path = listing.where.removeprefix("GET ").format(**paths)
        answer = await client.ask("GET", path)
        assert {row["branch"] for row in answer["rows"]} <= {"b001"}, listing.name
        assert ("{" in listing.where) == (answer["rows"] == [])
        if "branch" in listing.query.__struct_fields__:
            await client.ask("GET", f"{path}?branch=b002", status=403)
    for n in (foreign, central):
        await client.ask("GET", f"/acts/{n}", status=403)
    await client.ask("GET", f"/acts/find?id={client.sale_two.hex()}", status=403)
    claim = (await client.ask("GET", "/acts?kind=refund&act=claim"))["rows"][0]
    assert (await client.ask("GET", f"/acts/{claim['n']}"))["links"] == []
    body = {"listing": "listActs", "columns": [{"name": "branch", "title": "门店"}], "format": "csv", "title": "流水"}
    await client.ask("POST", "/exports", {**body, "query": {"branch": "b002"}}, status=403)
    await client.sign_in("wu.tao")
    assert (await client.ask("GET", f"/acts/{foreign}"))["act"]["branch"] == "b002"
    rows = await listed(client, f"/lots/{client.lot.hex()}/acts", "branch")
    assert rows == [("b002",), ("b002",)]


async def test_what_there_is_not_is_said(client):
    """Numbers, ids and entries without an act are not found; days that are none are refused."""
    for path in ("/acts/999999", f"/acts/find?id={'0' * 32}", f"/acts/find?incarnation={'0' * 32}&seq=1"):
        await client.ask("GET", path, status=404)
    await client.ask("GET", "/acts?from_day=2026-13-01", status=422)
    await client.ask("GET", "/acts?sort=staff", status=422)
    assert json.loads(await (await client.raw("GET", "/acts?kind=rights")).text())["code"] == "bad_request"


async def test_the_sales_of_a_shift(tmp_path):
    """A list asked for one shift holds what was done in it, of the days named and of one's own branch."""
    client = await open_client(tmp_path)
    hall = Hall(client.world)
    shop, other = hall.shop("b001"), hall.shop("b002")
    shifts = (b"\x07" * 16, b"\x08" * 16)
    for shift, amount in zip(shifts, (5_00, 7_00), strict=True):
        shop.desk = shop.desk._replace(shift=shift)
        desk = shop.desk
        shop.write(Fact("shift", ShiftAct("open", shift, desk.day, desk.till, desk.staff, 0, (), (), "")))
        shop.top_up(MEMBER, amount)
        shop.sell(MEMBER, amount)
    hall.settle(shop, other)
    for name, branch in (("he.lin", "b001"), ("wu.tao", "b002")):
        hall.branch_manager(name, branch, PASSWORD)
    hall.conn.close()
    await client.sign_in("he.lin")
    path = f"/acts/consumption?shift={shifts[1].hex()}"
    assert await listed(client, path, "amount") == [(7_00,)]
    assert (await client.ask("GET", path))["sums"]["amount"] == 7_00
    assert await listed(client, f"{path}&from_day=2099-01-01", "amount") == []
    assert await listed(client, f"{path}&to_day={desk.day}&till={desk.till}", "amount") == [(7_00,)]
    assert await listed(client, f"/acts/consumption?shift={'9' * 32}", "amount") == []
    await client.ask("GET", "/acts/consumption?shift=none", status=400)
    await client.sign_in("wu.tao")
    assert await listed(client, path, "amount") == []
    await close_client(client)
