"""Products at head office: found and paged, changed many at a time, undone, and what only head office knows of them."""

import asyncio
import json
from dataclasses import replace

import pytest
from office_client import close_client, open_client
from office_world import open_world

from commerce.errors import CommerceError
from commerce.promotions.row import Off, Part, PromotionRow, Target
from commerce.reference import ProductRow, SettingRow, TopUpRuleRow
from hq_server.errors import HqError
from hq_server.head_office import catalogue, catalogue_bulk, catalogue_history, catalogue_index, product_terms
from hq_server.head_office.catalogue_bulk import Choice, Edit
from hq_server.head_office.product_terms import Terms
from hq_server.storage.database import open_connection

TEA = ProductRow("1001", "珍珠奶茶", "饮品", "杯", 1_500, barcodes=("6901234510014",), levels=(("gold", 1_200),))
COLA = ProductRow("1002", "可口可乐 500ml", "饮品", "瓶", 350)
CUT = ProductRow("2001", "洗剪吹", "美发", "次", 6_000, kind="service")


@pytest.fixture
def world(tmp_path):
    """A head office with three products."""
    world = open_world(tmp_path)
    world.do(catalogue.put_all, "", [TEA, COLA, CUT])
    yield world
    world.conn.close()


@pytest.fixture
async def client(tmp_path):
    """A head office with three products, seen by people."""
    client = await open_client(tmp_path)
    await client.sign_in("chen.jing")
    for row in (TEA, COLA, CUT):
        levels = [{"level": level, "price": price} for level, price in row.levels]
        body = {"name": row.name, "category": row.category, "unit": row.unit, "price": row.price, "kind": row.kind}
        await client.ask("PUT", f"/products/{row.item}", {**body, "levels": levels, "barcodes": list(row.barcodes)})
    yield client
    await close_client(client)


async def done(client, job):
    """Wait for a job to end well; return it."""
    job = await client.ended(job)
    assert job["state"] == "done", job
    return job


def items(answer):
    """The numbers of a page, in order."""
    return [row["item"] for row in answer["rows"]]


async def test_products_are_found_sorted_and_paged(client):
    """Number, name, initials and barcode find a product; pages follow any order without gap or repeat."""
    for wanted, found in (("ZZNC", ["1001"]), ("6901234510014", ["1001"]), ("可乐", ["1002"]), ("200", ["2001"])):
        assert items(await client.ask("GET", f"/products?q={wanted}")) == found
    first = await client.ask("GET", "/products?sort=-price&limit=2")
    rest = await client.ask("GET", f"/products?sort=-price&limit=2&after={first['next']}")
    assert (items(first), items(rest), rest["next"]) == (["2001", "1001"], ["1002"], "")
    assert items(await client.ask("GET", "/products?category=饮品&kind=product&active=yes")) == ["1001", "1002"]
    assert items(await client.ask("GET", "/products?brand=-")) == ["1001", "1002", "2001"]
    assert (await client.ask("GET", "/products?sort=barcode", status=422))["code"] == "bad_value"


async def test_terms_stay_at_head_office(client):
    """Brand, cost and commission hold from a day on, show in lists, and never reach a feed."""
    body = {"from_day": "2026-11-01", "brand": "蜜雪", "cost": 420, "commission_per_mille": 30}
    await client.ask("PUT", "/products/1001/terms", body)
    await client.ask("PUT", "/products/1001/terms", {**body, "from_day": "", "cost": 450})
    answer = await client.ask("GET", "/products/1001/terms")
    assert [(row["from_day"], row["cost"]) for row in answer["terms"]] == [("2026-11-30", 450), ("2026-11-01", 420)]
    assert items(await client.ask("GET", "/products?brand=蜜雪")) == ["1001"]
    await client.ask("DELETE", "/products/1001/terms/2026-11-30")
    assert [row["cost"] for row in (await client.ask("GET", "/products/1001/terms"))["terms"]] == [420]
    groups = await client.ask("GET", "/product-groups")
    assert groups["brands"] == [{"name": "", "products": 2, "active": 2}, {"name": "蜜雪", "products": 1, "active": 1}]
    assert (await client.ask("PUT", "/products/9/terms", body, status=404))["code"] == "unknown_row"
    assert (await client.ask("DELETE", "/products/1001/terms/2026-01-01", status=404))["code"] == "unknown_row"
    await client.sign_in("li.na")
    assert (await client.ask("PUT", "/products/1001/terms", body, status=403))["code"] == "forbidden"


def test_terms_are_checked_and_write_nothing_twice(world):
    """Costs and shares in bounds, real days; what says nothing new leaves no trace."""
    for wrong in (Terms("2026-02-30"), Terms("2026-11-01", cost=-1), Terms("2026-11-01", commission_per_mille=1001)):
        with pytest.raises((HqError, CommerceError)):
            world.do(product_terms.put, "1001", wrong)
    world.do(product_terms.put, "1001", Terms("2026-11-01", "蜜雪", 420))
    before = world.conn.execute("SELECT count(*) FROM own_log").fetchone()
    world.do(product_terms.put, "1001", Terms("2026-11-20", "蜜雪", 420))
    assert world.conn.execute("SELECT count(*) FROM own_log").fetchone() == before
    bodies = world.conn.execute("SELECT body FROM reference WHERE key = 'product:1001'").fetchall()
    assert all("蜜雪".encode() not in body for (body,) in bodies)


def test_every_change_keeps_who_and_what(world):
    """A row's history tells each field before and after and by whom; undoing brings the row back as a new change."""
    dearer = replace(TEA, price=1_600)
    world.do(catalogue.put, "", dearer, by="zhao.min")
    world.do(catalogue.put, "", replace(dearer, unit="大杯"))
    found = catalogue_history.changes(world.conn, "chain", "product:1001")
    told = [(one.by, one.made, [tuple(field) for field in one.fields]) for one in found]
    assert told == [
        ("chen.jing", False, [("unit", "杯", "大杯")]),
        ("zhao.min", False, [("price", 1_500, 1_600)]),
        ("chen.jing", True, []),
    ]
    assert catalogue_history.changes(world.conn, "chain", "product:1001", found[0].n) == found[1:]
    world.do(catalogue.restore, "", "product:1001", found[1].n)
    assert catalogue.get(world.conn, "", "product:1001").price == 1_500
    assert len(catalogue_history.changes(world.conn, "chain", "product:1001")) == 4
    for n in (found[2].n, 10**6):
        with pytest.raises(HqError, match="unknown_row"):
            world.do(catalogue.restore, "", "product:1001", n)


def test_what_was_dropped_is_in_the_history_and_staff_is_not(world):
    """A row that went is told as dropped; kinds with secrets keep no history."""
    world.do(catalogue.put, "", TopUpRuleRow("c1", "充百送十", 10_000, 20_000, bonus=1_000))
    world.do(catalogue.drop, "", "top_up_rule:c1")
    dropped, made = catalogue_history.changes(world.conn, "chain", "top_up_rule:c1")
    assert (dropped.dropped, made.made) == (True, True)
    assert not {"staff", "picture", "card_range"} & catalogue_history.KEPT


async def test_history_over_http(client):
    """What changed is shown to who may see, undone by who may write."""
    await client.ask("PUT", "/products/1002", {"name": "可口可乐 330ml", "price": 300})
    answer = await client.ask("GET", "/row-history?kind=product&code=1002")
    newest = answer["changes"][0]
    assert {"field": "price", "before": 350, "after": 300} in newest["fields"]
    body = {"kind": "product", "code": "1002", "n": newest["n"]}
    await client.sign_in("li.na")
    assert (await client.ask("POST", "/row-history/restore", body, status=403))["code"] == "forbidden"
    await client.sign_in("chen.jing")
    await client.ask("POST", "/row-history/restore", body)
    assert (await client.ask("GET", "/products/1002"))["name"] == COLA.name


async def test_many_products_change_at_once(client):
    """A preview says what a change would do; the change does exactly that, prices rounded as asked."""
    body = {"choice": {"category": "饮品"}, "edit": {"price_per_mille": 1_080, "price_unit": 50, "active": True}}
    seen = await client.ask("POST", "/product-changes/preview", body)
    assert (seen["chosen"], seen["changed"]) == (2, 2)
    assert [(row["before"]["price"], row["after"]["price"]) for row in seen["sample"]] == [(1500, 1600), (350, 400)]
    assert seen["sample"][0]["after"]["levels"] == [{"level": "gold", "price": 1300}]
    job = await done(client, await client.ask("POST", "/product-changes", body))
    assert (job["result"], job["done"], job["total"]) == ({"changed": 2}, 2, 2)
    assert (await client.ask("GET", "/products/1001"))["price"] == 1600
    services = {**body, "choice": {"kind": "service", "active": True}}
    assert (await client.ask("POST", "/product-changes/preview", services))["chosen"] == 1
    assert (await client.ask("POST", "/product-changes", {**body, "choice": {}}, status=422))["code"] == "bad_value"
    gone = {**body, "choice": {"items": ["9"]}}
    assert (await client.ask("POST", "/product-changes", gone, status=404))["code"] == "not_found"


def test_prices_scaled_stay_prices(world):
    """What costs something never becomes free by rounding, and what is free stays so."""
    world.do(catalogue.put, "", replace(COLA, price=1, levels=(("gold", 0),)))
    found = catalogue_bulk.preview(world.conn, Choice(items=("1002",)), Edit(price_per_mille=1, price_unit=10))
    assert (found.sample[0].new.price, found.sample[0].new.levels) == (10, (("gold", 0),))


async def test_a_renamed_category_takes_its_rules_along(client):
    """Products, promotions and the tills' order of categories follow a category to its new name."""
    world = client.world
    promotion = {
        "name": "饮品套餐",
        "kind": "bundle",
        "parts": [{"target": {"categories": ["饮品", "茶饮"]}}],
        "off": {"how": "amount", "value": 100},
    }
    await client.ask("PUT", "/promotions/set", promotion)
    row = SettingRow("category_order", '["饮品", "美发"]')
    await asyncio.to_thread(_set, world, row)
    body = {"what": "category", "before": "饮品", "after": "茶饮"}
    await done(client, await client.ask("POST", "/product-groups/rename", body))
    assert items(await client.ask("GET", "/products?category=茶饮")) == ["1001", "1002"]
    part = (await client.ask("GET", "/promotions/set"))["parts"][0]
    assert part["target"]["categories"] == ["茶饮"]
    assert json.loads(await asyncio.to_thread(_order, world)) == ["茶饮", "美发"]
    await done(
        client, await client.ask("POST", "/product-groups/rename", {"what": "unit", "before": "次", "after": "位"})
    )
    assert (await client.ask("GET", "/products/2001"))["unit"] == "位"


def _set(world, row):
    """Write a setting beside the server."""
    again = _opened(world)
    again.do(catalogue.put, "", row)
    again.conn.close()


def _order(world):
    """The order of categories as it is kept."""
    again = _opened(world)
    value = catalogue.get(again.conn, "", "setting:category_order").value
    again.conn.close()
    return value


def _opened(world):
    """The same head office on a connection of its own."""
    return replace(world, conn=open_connection(world.path))


def test_a_bundle_names_a_joined_category_once(world):
    """Two categories that become one are named once, for promotions refuse a name twice."""
    part = Part(Target((), ("饮品", "茶饮")))
    world.do(catalogue.put, "", PromotionRow("set", "套餐", "bundle", parts=(part,), off=Off("amount", 100)))
    assert world.do(catalogue_bulk.rename_in_rules, "饮品", "茶饮") == 1
    assert catalogue.get(world.conn, "", "promotion:set").parts[0].target.categories == ("茶饮",)
    assert catalogue_bulk.renamed_order(world.conn, "饮品", "茶饮") == ""


def test_lists_are_made_anew_from_the_rows(world):
    """The table that lists read says what the feed's rows say, also after it was lost."""
    before = world.conn.execute("SELECT * FROM products ORDER BY item").fetchall()
    assert catalogue_index.complete(world.conn) == 0
    world.conn.execute("DELETE FROM products WHERE item = '1001'")
    assert catalogue_index.complete(world.conn) == 3
    assert world.conn.execute("SELECT * FROM products ORDER BY item").fetchall() == before
