"""Categories of products as a tree at head office: written, refused, renamed; and tiers done away with."""

import pytest
from office_client import close_client, open_client
from office_world import open_world

from commerce.plans.row import PlanRow
from commerce.promotions.row import Off, PromotionRow
from commerce.reference import CategoryRow, ProductRow, SettingRow, TierRow
from hq_server.errors import HqError, InputError, RefusedError
from hq_server.head_office import branches, catalogue, catalogue_bulk, catalogue_history, categories
from hq_server.head_office.catalogue_bulk import Choice

LATTE = ProductRow("1001", "拿铁", "咖啡", "杯", 2_400)
POUR = ProductRow("1002", "手冲耶加雪菲", "手冲", "杯", 3_800)
CUT = ProductRow("2001", "洗剪吹", "美发", "次", 6_000, kind="service")
ROWS = [
    CategoryRow("饮品", place=1),
    CategoryRow("咖啡", "饮品", 1),
    CategoryRow("手冲", "咖啡"),
    CategoryRow("奶茶", "饮品"),
]


@pytest.fixture
def world(tmp_path):
    """A head office with three products and a tree of categories."""
    world = open_world(tmp_path)
    world.do(catalogue.put_all, "", [LATTE, POUR, CUT, *ROWS])
    yield world
    world.conn.close()


def refused(world, act, *args):
    """Let an act fail; return its code, and its reason if it has one."""
    with pytest.raises(HqError) as told:
        world.do(act, *args)
    reason = told.value.evidence.get("reason")
    return f"{told.value.code.value} {reason}" if reason else told.value.code.value


def tops(world):
    """Which category of the top each one belongs to."""
    return dict(world.conn.execute("SELECT name, above FROM category_paths WHERE level = 1").fetchall())


def test_a_tree_has_no_loop_and_three_levels(world):
    """A category stands below one that there is, not below itself, and no deeper than the third level."""
    put = catalogue.put_category
    assert refused(world, put, CategoryRow("饮品", "手冲")) == "bad_value cycle"
    assert refused(world, put, CategoryRow("饮品", "饮品")) == "bad_value cycle"
    assert refused(world, put, CategoryRow("意式", "手冲")) == "bad_value depth"
    assert refused(world, put, CategoryRow("饮品", "美发")) == "bad_value depth"
    assert refused(world, put, CategoryRow("烫染", "没有这个")) == "bad_value unknown"
    world.do(put, CategoryRow("烫染", "美发"))
    assert tops(world) == dict.fromkeys(("饮品", "咖啡", "手冲", "奶茶"), "饮品") | {"烫染": "美发"}


def test_only_an_empty_category_can_go_and_comes_back(world):
    """Products and categories below hold one; gone, it stands in its history and is brought back from there."""
    for name in ("饮品", "咖啡", "手冲"):
        assert refused(world, catalogue.drop_category, name) == "category_in_use"
    with pytest.raises(RefusedError) as told:
        world.do(catalogue.drop_category, "咖啡")
    assert told.value.evidence == {"products": 1, "below": 1}
    world.do(catalogue.drop_category, "奶茶")
    assert "奶茶" not in tops(world)
    last = catalogue_history.changes(world.conn, "chain", "category:奶茶")[0]
    assert last.dropped
    world.do(catalogue.restore, "", "category:奶茶", last.n)
    assert categories.read(world.conn).row("奶茶").parent == "饮品"


def test_a_category_takes_in_all_below_it(world):
    """Changing all products of a category changes those below it too; renaming it changes its own alone."""
    assert catalogue_bulk.chosen(world.conn, Choice(category="饮品")) == ["1001", "1002"]
    assert catalogue_bulk.chosen(world.conn, Choice(category="手冲")) == ["1002"]
    assert catalogue_bulk.bearing(world.conn, "category", "咖啡") == ["1001"]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("咖啡", "现磨咖啡", {"饮品": "", "现磨咖啡": "饮品", "手冲": "现磨咖啡", "奶茶": "饮品"}),
        ("咖啡", "", {"饮品": "", "手冲": "饮品", "奶茶": "饮品"}),
        ("咖啡", "饮品", {"饮品": "", "手冲": "饮品", "奶茶": "饮品"}),
        ("咖啡", "手冲", {"饮品": "", "手冲": "饮品", "奶茶": "饮品"}),
        ("饮品", "饮料", {"饮料": "", "咖啡": "饮料", "手冲": "咖啡", "奶茶": "饮料"}),
        ("美发", "造型", {"饮品": "", "咖啡": "饮品", "手冲": "咖啡", "奶茶": "饮品"}),
    ],
)
def test_the_tree_follows_a_name(world, before, after, found):
    """A renamed category keeps its place and what stands below it; one that joins another brings that along."""
    world.do(catalogue_bulk.rename_in_tree, before, after)
    assert {row.name: row.parent for row in categories.read(world.conn)} == found


def test_joining_makes_no_loop(world):
    """A category cannot join one further below: its own heir would stand above it."""
    with pytest.raises(InputError, match="cycle"):
        world.do(catalogue_bulk.rename_in_tree, "饮品", "手冲")
    assert len(tops(world)) == len(ROWS)


def test_a_tier_that_is_needed_stays(world):
    """Members, plans on sale and promotions that run hold a tier, with their numbers; without them it goes."""
    world.do(catalogue.put_all, "", [TierRow("gold", "金卡", 1), TierRow("old", "旧卡", 2)])
    world.do(catalogue.put, "", PlanRow("vip", "金卡折扣卡", "discount", 9_900, days=365, tier="gold"))
    world.do(branches.register, "b001", "南京路店")
    for branch in ("", "b001"):
        world.do(catalogue.put, branch, SettingRow("default_tier", '"gold"'))
    off = Off("per_mille", 100)
    world.do(catalogue.put, "", PromotionRow("p1", "金卡九折", "discount", tiers=("gold",), off=off))
    for member, merged_into in ((1, b""), (2, b"\x01" * 16)):  # whoever was merged into another stands nowhere
        row = (bytes([member]) * 16, merged_into)
        world.conn.execute("INSERT INTO members VALUES (?, 'gold', 0, '', '', 0, ?, x'', x'', x'', '')", row)
    with pytest.raises(RefusedError) as told:
        world.do(catalogue.drop_tier, "gold")
    assert told.value.evidence == {"members": 1, "plans": 1, "promotions": 1, "settings": 2}
    for branch in ("", "b001"):
        world.do(catalogue.put, branch, SettingRow("default_tier", '""'))
    world.conn.execute("DELETE FROM members")
    world.do(catalogue.retire_plan, "vip")
    world.do(catalogue.retire_promotion, "", "p1")
    world.do(catalogue.drop_tier, "gold")
    n = catalogue_history.changes(world.conn, "chain", "tier:gold")[0].n
    world.do(catalogue.restore, "", "tier:gold", n)
    assert catalogue.get(world.conn, "", "tier:gold").name == "金卡"
    assert refused(world, catalogue.drop_tier, "none") == "unknown_row"


@pytest.fixture
async def client(tmp_path):
    """A head office with products, seen by people."""
    client = await open_client(tmp_path)
    await client.sign_in("chen.jing")
    for row in (LATTE, POUR, CUT):
        body = {"name": row.name, "category": row.category, "price": row.price, "kind": row.kind}
        await client.ask("PUT", f"/products/{row.item}", body)
    for category in ROWS[:3]:
        # a heading first: what has no products has to be there before something stands below it
        body = {"name": category.name, "parent": category.parent, "place": category.place}
        await client.ask("PUT", "/product-categories", body)
    yield client
    await close_client(client)


async def test_people_see_and_change_the_tree(client):
    """Lists take what is below, groups come in the tree's order, a heading is renamed, an empty one goes."""
    found = await client.ask("GET", "/products?category=饮品")
    assert [row["item"] for row in found["rows"]] == ["1001", "1002"]
    told = (await client.ask("GET", "/product-groups"))["categories"]
    assert [(row["name"], row["level"], row["products"], row["below"]) for row in told] == [
        ("饮品", 1, 0, 2),
        ("咖啡", 2, 1, 1),
        ("手冲", 3, 1, 0),
        ("美发", 1, 1, 0),
    ]
    loop = {"what": "category", "before": "饮品", "after": "手冲"}
    assert (await client.ask("POST", "/product-groups/rename", loop, status=422))["evidence"]["reason"] == "cycle"
    rename = {"what": "category", "before": "饮品", "after": "饮料"}
    assert (await client.ended(await client.ask("POST", "/product-groups/rename", rename)))["state"] == "done"
    gone = {"what": "category", "before": "饮品", "after": "x"}
    assert (await client.ask("POST", "/product-groups/rename", gone, status=404))["code"] == "not_found"
    assert (await client.ask("DELETE", "/product-categories?name=咖啡", status=409))["code"] == "category_in_use"
    await client.ask("PUT", "/product-categories", {"name": "烘焙", "parent": "饮料"})
    await client.ask("DELETE", "/product-categories?name=烘焙")
    history = (await client.ask("GET", "/row-history?kind=category&code=烘焙"))["changes"]
    assert [(row["made"], row["dropped"]) for row in history] == [(False, True), (True, False)]
    await client.ask("PUT", "/tiers/gold", {"name": "金卡", "rank": 1})
    await client.ask("DELETE", "/tiers/gold")
    assert (await client.ask("DELETE", "/tiers/gold", status=404))["code"] == "unknown_row"
    await client.sign_in("li.na")
    assert (await client.ask("PUT", "/product-categories", {"name": "x"}, status=403))["code"] == "forbidden"
    assert (await client.ask("DELETE", "/tiers/gold", status=403))["code"] == "forbidden"
